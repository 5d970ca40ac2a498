package dev.heed.load;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The disk that holds a stack's data; only one of its own, and a small one, is ever broken. */
final class Disk {

  private static final long SMALL = 4L << 30;
  private static final int BLOCK = 1 << 20;
  private static final long STUCK_MILLIS = 450;
  private static final long MOVES_MILLIS = 50;
  private static final Set<String> CAN_FREEZE = Set.of("ext4", "xfs", "btrfs");

  private final Path data;

  Disk(Path data) {
    this.data = data.toAbsolutePath().normalize();
  }

  /** Whether it may be filled: a file system of its own, of 4 GiB at most. */
  boolean isSmallAndItsOwn() {
    try {
      FileStore store = Files.getFileStore(data);
      return !store.equals(Files.getFileStore(data.getParent())) && store.getTotalSpace() <= SMALL;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it may be made slow: such a disk, of a kind that fsfreeze stops, and we are root. */
  boolean canBeSlow() {
    try {
      return isSmallAndItsOwn()
          && CAN_FREEZE.contains(Files.getFileStore(data).type())
          && System.getProperty("user.name").equals("root")
          && Tools.isThere("fsfreeze");
    } catch (IOException e) {
      return false;
    }
  }

  /** Takes every byte that is left, for a while; gives them back whatever happens. */
  void fill(Duration time) throws IOException, InterruptedException {
    Path ballast = data.resolve("ballast");
    try {
      take(ballast);
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } finally {
      Files.deleteIfExists(ballast);
    }
  }

  private static void take(Path ballast) throws IOException {
    byte[] zeros = new byte[BLOCK];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      for (int size = BLOCK; size >= 1; size /= 16) {
        fillUp(out, zeros, size);
      }
    } catch (IOException e) {
      // Closing flushes nothing; a last complaint that the disk is full is what was wanted.
    }
  }

  private static void fillUp(OutputStream out, byte[] zeros, int size) {
    try {
      while (true) {
        out.write(zeros, 0, size);
      }
    } catch (IOException e) {
      // Full for blocks of that size.
    }
  }

  /** Lets writes through for a tenth of the time, for a while. */
  void slow(Duration time) throws IOException, InterruptedException {
    Thread thaw = new Thread(this::thawQuietly);
    Runtime.getRuntime()
        .addShutdownHook(thaw); // a disk must not stay frozen when this run is killed
    long end = System.nanoTime() + time.toNanos();
    try {
      while (System.nanoTime() < end) {
        Tools.run("fsfreeze", "-f", data.toString());
        TimeUnit.MILLISECONDS.sleep(STUCK_MILLIS);
        Tools.run("fsfreeze", "-u", data.toString());
        TimeUnit.MILLISECONDS.sleep(MOVES_MILLIS);
      }
    } finally {
      thawQuietly();
      Runtime.getRuntime().removeShutdownHook(thaw);
    }
  }

  private void thawQuietly() {
    try {
      Tools.run("fsfreeze", "-u", data.toString());
    } catch (IOException e) {
      // It was not frozen.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
