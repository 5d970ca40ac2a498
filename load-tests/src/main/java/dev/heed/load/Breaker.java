package dev.heed.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Makes faults in a running stack and takes them back. */
final class Breaker {

  /** How long whatever does not end by itself lasts. */
  static final Duration WHILE = Duration.ofSeconds(8);

  /** What a fault on no single program is called. */
  static final String DISK = "disk";

  /** Those that write files which matter. */
  private static final List<String> WRITERS =
      List.of("broker", "chat-service", "trust-service", "learning-service");

  private final RunningStack stack;
  private final Disk disk;

  Breaker(RunningStack stack) {
    this.stack = stack;
    this.disk = new Disk(stack.data());
  }

  /** Why some faults cannot be made here; those that are not named can. */
  Map<Fault, String> leftOut() throws IOException {
    Map<Fault, String> out = new EnumMap<>(Fault.class);
    if (!stack.isBreakable()) {
      out.put(Fault.CUT, "start the stack with ./heed up --breakable");
    }
    if (!Tools.isThere("prlimit")) {
      out.put(Fault.FULL, "prlimit (util-linux) is missing");
    }
    if (!disk.isSmallAndItsOwn()) {
      out.put(
          Fault.DISK_FULL,
          "the data folder is no small disk of its own (load-tests/small-disk.sh)");
    }
    if (!disk.canBeSlow()) {
      out.put(Fault.DISK_SLOW, "needs root and such a disk (load-tests/small-disk.sh)");
    }
    return out;
  }

  /** What a fault can be made to, of the programs that run. */
  static List<String> targets(Fault fault, List<String> programs) {
    return switch (fault) {
      case KILL, FREEZE -> programs;
      case CUT -> programs.stream().filter(p -> !p.equals("broker")).toList();
      case FULL -> programs.stream().filter(WRITERS::contains).toList();
      case DISK_FULL, DISK_SLOW -> List.of(DISK);
    };
  }

  /**
   * Makes a fault and ends it.
   *
   * @return false when the program does not run now
   */
  boolean make(Fault fault, String target) throws IOException, InterruptedException {
    if (target.equals(DISK)) {
      if (fault == Fault.DISK_FULL) {
        disk.fill(WHILE);
      } else {
        disk.slow(WHILE);
      }
      return true;
    }
    OptionalLong pid = stack.pid(target);
    if (pid.isEmpty()) {
      return false;
    }
    String process = Long.toString(pid.getAsLong());
    switch (fault) {
      case FREEZE -> {
        Tools.run("kill", "-STOP", process);
        try {
          pause();
        } finally {
          Tools.run("kill", "-CONT", process);
        }
      }
      case CUT -> cut(stack.cut(target));
      case FULL -> {
        // One byte a file: what is there may be read and overwritten, nothing may grow.
        Tools.run("prlimit", "--pid", process, "--fsize=1:");
        try {
          pause();
        } finally {
          mend(pid.getAsLong());
        }
      }
      default -> Tools.run("kill", "-KILL", process);
    }
    return true;
  }

  private static void mend(long pid) throws IOException, InterruptedException {
    if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
      Tools.run("prlimit", "--pid", Long.toString(pid), "--fsize=unlimited:");
    }
  }

  private static void cut(Path file) throws IOException, InterruptedException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    try {
      pause();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(WHILE.toMillis());
  }
}
