package dev.heed.stack;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the AOT caches that this build lacks, once, while the stack already serves: each program is
 * started a second time, one after the other, on a broker, ports and a data folder of its own and
 * with the least priority, until it is ready. Nobody waits for it, and whatever fails leaves things
 * as they were.
 */
final class AotTraining implements AutoCloseable {

  private static final Duration READY = Duration.ofMinutes(5);
  private static final Duration NO_PATIENCE = Duration.ZERO;
  private static final long PROBE_MILLIS = 500;
  private static final int FIRST_PORT = 43_100;
  private static final int LAST_PORT = 60_000;
  private static final int RANGE = 30;

  private final StackFolders folders;
  private final Path model;
  private final List<ServiceSpec> services;
  private final PrintStream out;
  private final Thread thread;

  /**
   * Begins.
   *
   * @param folders of the stack; its own folder lies in the data folder
   * @param delay how long the stack has the machine to itself before
   * @param out told when it cannot be done
   */
  AotTraining(
      StackFolders folders,
      Path model,
      List<ServiceSpec> services,
      Duration delay,
      PrintStream out) {
    this.out = out;
    this.folders = folders;
    this.model = model;
    this.services = services;
    this.thread = Thread.ofPlatform().daemon().name("aot-training").start(() -> run(delay));
  }

  private void run(Duration delay) {
    StackFolders own = new StackFolders(folders.home(), folders.data().resolve("aot-training"));
    try {
      TimeUnit.MILLISECONDS.sleep(delay.toMillis());
      delete(own.data());
      own.prepare();
      train(new Programs(own, freePorts(), model, Optional.empty()));
    } catch (InterruptedException e) {
      // The stack stops; another start makes what is missing.
    } catch (IOException | StackException e) {
      out.printf("  no AOT caches were made, so starts stay slower: %s%n", e.getMessage());
    } finally {
      clear(own.data());
    }
  }

  private void train(Programs programs) throws InterruptedException {
    List<Programs.Trainee> missing =
        services.stream()
            .map(programs::trainee)
            .flatMap(Optional::stream)
            .filter(trainee -> !trainee.cache().isThere())
            .toList();
    Optional<Programs.Trainee> broker = programs.brokerTrainee();
    if (broker.isEmpty() || (missing.isEmpty() && broker.get().cache().isThere())) {
      return;
    }
    ChildProgram running = broker.get().program();
    try {
      running.start();
      if (awaitReady(running)) {
        for (Programs.Trainee trainee : missing) {
          make(trainee);
        }
        if (!broker.get().cache().isThere()) {
          make(running, broker.get().cache());
        }
      }
    } finally {
      running.stop(NO_PATIENCE);
    }
  }

  private static void make(Programs.Trainee trainee) throws InterruptedException {
    trainee.program().start();
    try {
      if (awaitReady(trainee.program())) {
        make(trainee.program(), trainee.cache());
      }
    } finally {
      trainee.program().stop(NO_PATIENCE);
    }
  }

  private static void make(ChildProgram program, AotCache cache) throws InterruptedException {
    var process = program.process();
    if (process.isPresent()) {
      // What went wrong is no matter: the next start goes on without it and tries again.
      var unused = cache.make(process.get().pid());
    }
  }

  private static boolean awaitReady(ChildProgram program) throws InterruptedException {
    long end = System.nanoTime() + READY.toNanos();
    while (program.isAlive() && System.nanoTime() < end) {
      if (program.isReady()) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(PROBE_MILLIS);
    }
    return false;
  }

  private static Ports freePorts() {
    for (int base = FIRST_PORT; base < LAST_PORT; base += RANGE) {
      if (new Ports(base).firstTaken().isEmpty()) {
        return new Ports(base);
      }
    }
    throw new StackException("no free ports");
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(AotTraining::remove);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void clear(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      // The next training begins with it.
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it at once. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
