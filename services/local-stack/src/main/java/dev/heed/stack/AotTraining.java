package dev.heed.stack;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the AOT caches that this build lacks: each program is started a second time, one after the
 * other, on a broker, ports and a data folder of its own and with the least priority, until it is
 * ready. A stack that already serves does so in the background, where nobody waits for it; whatever
 * fails leaves things as they were.
 */
final class AotTraining {

  /** What the caches of all programs take, and as much for making one; see docs/operations.md. */
  static final long NEEDED_BYTES = 2L << 30;

  private static final Duration READY = Duration.ofMinutes(5);
  private static final Duration NO_PATIENCE = Duration.ZERO;
  private static final long PROBE_MILLIS = 500;

  /** Below those that the kernel gives to clients: one of these may be taken at any moment. */
  private static final int FIRST_PORT = 30_100;

  private static final int LAST_PORT = 32_700;
  private static final int RANGE = 30;

  private final StackFolders folders;
  private final Path model;
  private final List<ServiceSpec> services;
  private final PrintStream out;

  /**
   * @param folders of the stack; the training's own folder lies in the data folder
   * @param model that the programs start with
   * @param out told of each cache when it is there
   */
  AotTraining(StackFolders folders, Path model, List<ServiceSpec> services, PrintStream out) {
    this.out = out;
    this.folders = folders;
    this.model = model;
    this.services = services;
  }

  /** Ends it at once when closed. */
  record Background(Thread thread) implements AutoCloseable {

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

  /**
   * Begins in the background.
   *
   * @param delay how long the stack has the machine to itself before
   */
  Background inBackground(Duration delay) {
    return new Background(
        Thread.ofPlatform().daemon().name("aot-training").start(() -> quietly(delay)));
  }

  private void quietly(Duration delay) {
    try {
      TimeUnit.MILLISECONDS.sleep(delay.toMillis());
      run();
    } catch (InterruptedException e) {
      // The stack stops; another start makes what is missing.
    } catch (StackException e) {
      out.printf("  AOT caches are missing, so starts stay slower: %s%n", e.getMessage());
    }
  }

  /**
   * Makes what is missing and returns when it is there.
   *
   * @throws StackException says why it cannot be done
   */
  void run() throws InterruptedException {
    StackFolders own = new StackFolders(folders.home(), folders.data().resolve("aot-training"));
    try {
      delete(own.data());
      own.prepare();
      train(new Programs(own, freePorts(), model, Optional.empty()));
    } catch (IOException e) {
      throw new StackException("the folders of the AOT caches: " + e.getMessage());
    } finally {
      clear(own.data());
    }
  }

  private void train(Programs programs) throws InterruptedException, IOException {
    List<Programs.Trainee> missing =
        services.stream()
            .map(programs::trainee)
            .flatMap(Optional::stream)
            .filter(trainee -> !trainee.cache().isThere())
            .toList();
    Programs.Trainee broker =
        programs
            .brokerTrainee()
            .orElseThrow(() -> new StackException("HEED_AOT is off, or target cannot be written"));
    if (missing.isEmpty() && broker.cache().isThere()) {
      return;
    }
    needSpace();
    broker.program().start();
    try {
      awaitReady(broker.program());
      List<String> failures = startEach(missing);
      if (!broker.cache().isThere()) {
        make(broker);
      }
      if (!failures.isEmpty()) {
        throw new StackException(String.join("\n", failures));
      }
    } finally {
      broker.program().stop(NO_PATIENCE);
    }
  }

  private void needSpace() throws IOException {
    long free = Files.getFileStore(folders.aotCaches()).getUsableSpace();
    if (free < NEEDED_BYTES) {
      throw new StackException(
          "they need %d MB on the disk of %s, %d are free"
              .formatted(NEEDED_BYTES >> 20, folders.aotCaches(), free >> 20));
    }
  }

  /** One that fails keeps none of the others from its cache. */
  private List<String> startEach(List<Programs.Trainee> trainees) throws InterruptedException {
    List<String> failures = new ArrayList<>();
    for (Programs.Trainee trainee : trainees) {
      try {
        start(trainee);
      } catch (StackException e) {
        failures.add(e.getMessage());
      }
    }
    return failures;
  }

  private void start(Programs.Trainee trainee) throws InterruptedException {
    trainee.program().start();
    try {
      awaitReady(trainee.program());
      make(trainee);
    } finally {
      trainee.program().stop(NO_PATIENCE);
    }
  }

  private void make(Programs.Trainee trainee) throws InterruptedException {
    ChildProgram program = trainee.program();
    Process process =
        program.process().orElseThrow(() -> new StackException(program.name() + " has ended"));
    if (!trainee.cache().make(process.pid())) {
      throw new StackException("the JVM made none of " + program.name());
    }
    out.printf("  AOT cache of %s is made%n", program.name());
  }

  private static void awaitReady(ChildProgram program) throws InterruptedException {
    long end = System.nanoTime() + READY.toNanos();
    while (!program.isReady()) {
      if (!program.isAlive() || System.nanoTime() > end) {
        throw new StackException(
            "%s did not get ready; its log ends with%n%s"
                .formatted(program.name(), program.lastWords(5)));
      }
      TimeUnit.MILLISECONDS.sleep(PROBE_MILLIS);
    }
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
}
