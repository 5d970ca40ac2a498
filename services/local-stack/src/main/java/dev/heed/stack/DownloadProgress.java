package dev.heed.stack;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Shows how far a download is, from the size of the largest file in its folder: a bar in a
 * terminal, a line for each fifth elsewhere.
 */
final class DownloadProgress implements AutoCloseable {

  private static final long LOOK_MILLIS = 250;
  private static final int BAR = 40;
  private static final int PARTS = 5;
  private static final int MEGA = 1_000_000;

  private final Path folder;
  private final long bytes;
  private final boolean terminal;
  private final PrintStream out;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;
  private int told;

  /**
   * @param folder into which it goes
   * @param bytes that come in all
   * @param terminal whether lines can be written over
   */
  DownloadProgress(Path folder, long bytes, boolean terminal, PrintStream out) {
    this.folder = folder;
    this.bytes = bytes;
    this.terminal = terminal;
    this.out = out;
    this.thread = Thread.ofPlatform().daemon().name("download-progress").start(this::watch);
  }

  private void watch() {
    try {
      while (!over.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        show(Math.min(largest(folder), bytes));
      }
    } catch (InterruptedException e) {
      // The download was broken off.
    }
  }

  /** Tells of so many bytes. */
  void show(long there) {
    if (terminal) {
      int full = (int) (BAR * there / bytes);
      out.printf(
          "\r  [%s%s] %d of %d MB",
          "#".repeat(full), ".".repeat(BAR - full), there / MEGA, bytes / MEGA);
      out.flush();
    } else if (PARTS * there / bytes > told) {
      told = (int) (PARTS * there / bytes);
      out.printf("  %d of %d MB%n", there / MEGA, bytes / MEGA);
    }
  }

  /** The largest file under a folder: what is being fetched. Files may come and go meanwhile. */
  private static long largest(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(DownloadProgress::sizeOf).max().orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  private static long sizeOf(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    over.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (terminal) {
      out.print("\r" + " ".repeat(BAR + 30) + "\r");
      out.flush();
    }
  }
}
