package dev.heed.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One program of the stack as a child process: how to start it, whether it is ready, how to stop
 * it.
 */
final class ChildProgram {

  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final String name;
  private final Supplier<List<String>> command;
  private final Map<String, String> environment;
  private final Path log;
  private final BooleanSupplier probe;
  private volatile Process process;
  private volatile int starts;

  /**
   * @param command asked for at each start
   * @param probe asks the running program whether it is ready
   */
  ChildProgram(
      String name,
      Supplier<List<String>> command,
      Map<String, String> environment,
      Path log,
      BooleanSupplier probe) {
    this.name = name;
    this.command = command;
    this.environment = Map.copyOf(environment);
    this.log = log;
    this.probe = probe;
  }

  String name() {
    return name;
  }

  Path log() {
    return log;
  }

  int restarts() {
    return Math.max(0, starts - 1);
  }

  Optional<Process> process() {
    return Optional.ofNullable(process);
  }

  boolean isAlive() {
    return process().filter(Process::isAlive).isPresent();
  }

  /** Starts it; its output goes to the log, the previous one is kept as {@code .1}. */
  void start() {
    try {
      if (Files.exists(log) && starts == 0) {
        Files.move(
            log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
      }
      ProcessBuilder builder = new ProcessBuilder(inItsOwnSession(command.get()));
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      process = builder.start();
      starts++;
    } catch (IOException e) {
      throw new StackException("cannot start " + name + ": " + e.getMessage());
    }
  }

  /**
   * Out of reach of the terminal's Ctrl-C: only the supervisor hears it, and stops the broker after
   * those who still want to write.
   */
  private static List<String> inItsOwnSession(List<String> command) {
    if (!Files.isExecutable(SETSID)) {
      return command;
    }
    List<String> own = new ArrayList<>(List.of(SETSID.toString()));
    own.addAll(command);
    return own;
  }

  boolean isReady() {
    return isAlive() && probe.getAsBoolean();
  }

  /** Asks it to stop, and ends it when it has not within the time. */
  void stop(Duration patience) {
    Process running = process;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        running.destroyForcibly();
      }
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** The last lines of the log, for a person to read. */
  String lastWords(int lines) {
    try {
      List<String> all = Files.readAllLines(log);
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log)";
    }
  }
}
