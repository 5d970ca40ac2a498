package dev.heed.learning.rounds;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** A child process that is ended when it takes too long or too much memory. */
final class BoundedChild {

  private static final Logger LOG = Logger.getLogger(BoundedChild.class);
  private static final long WATCH_MILLIS = 250;
  private static final long PAGE_BYTES = 4096;

  /** How a child ended. */
  enum End {
    DONE,
    FAILED,
    TOO_LONG,
    TOO_LARGE,
    STOPPED;

    String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Bounds.
   *
   * @param bytes most resident memory; looked at where /proc is
   */
  record Bounds(Duration time, long bytes) {}

  private final Process process;
  private final Bounds bounds;
  private final long end;

  private BoundedChild(Process process, Bounds bounds) {
    this.process = process;
    this.bounds = bounds;
    this.end = System.nanoTime() + bounds.time().toNanos();
  }

  /**
   * Starts it; what it writes to standard error goes to a file.
   *
   * @param out told of each line of standard output, on a thread of its own
   */
  static BoundedChild start(List<String> command, Path log, Bounds bounds, Consumer<String> out)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Process process = builder.start();
    Thread.ofVirtual().start(() -> read(process, out));
    return new BoundedChild(process, bounds);
  }

  private static void read(Process process, Consumer<String> out) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.accept(line);
      }
    } catch (IOException e) {
      LOG.debugf("a child's output ended (%s)", e.getClass().getName());
    }
  }

  long pid() {
    return process.pid();
  }

  /** When the operating system says that it started; with the pid it names the process. */
  String startedAt() {
    return startOf(process.toHandle());
  }

  private static String startOf(ProcessHandle handle) {
    return handle.info().startInstant().map(Instant::toString).orElse("");
  }

  /** Waits for the end; on an interrupt the child is ended too. */
  End await() {
    try {
      while (!process.waitFor(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() > end) {
          return kill(End.TOO_LONG);
        }
        if (resident().orElse(0L) > bounds.bytes()) {
          return kill(End.TOO_LARGE);
        }
      }
      return process.exitValue() == 0 ? End.DONE : End.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return kill(End.STOPPED);
    }
  }

  private End kill(End why) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
    return why;
  }

  private Optional<Long> resident() {
    try {
      String statm = Files.readString(Path.of("/proc/" + process.pid() + "/statm"));
      return Optional.of(Long.parseLong(statm.split(" ")[1]) * PAGE_BYTES);
    } catch (IOException e) {
      return Optional.empty(); // no /proc here, or it has just ended
    }
  }

  /**
   * Ends children that a service left behind between their start and the note of it: those with
   * this argument.
   */
  static void endThoseWith(String argument) {
    ProcessHandle.allProcesses()
        .filter(handle -> handle.info().commandLine().orElse("").contains(argument))
        .forEach(
            handle -> {
              handle.destroyForcibly();
              handle.onExit().join();
            });
  }

  /**
   * Ends a child that a service left behind when it was killed; another of that pid is left alone.
   */
  static void endOrphan(long pid, String startedAt) {
    ProcessHandle.of(pid)
        .filter(handle -> startOf(handle).equals(startedAt))
        .ifPresent(
            handle -> {
              LOG.infof("ending a trainer that an earlier life of this service left behind");
              handle.descendants().forEach(ProcessHandle::destroyForcibly);
              handle.destroyForcibly();
              handle.onExit().join();
            });
  }
}
