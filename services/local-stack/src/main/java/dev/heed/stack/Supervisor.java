package dev.heed.stack;

import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts the broker and the services, starts again what dies, and stops all of it. A program that
 * dies {@value #MAX_QUICK_DEATHS} times before it was ever ready ends the stack with the last lines
 * of its log.
 */
final class Supervisor implements AutoCloseable {

  static final int MAX_QUICK_DEATHS = 3;
  private static final Duration LIVE_EVERY = Duration.ofSeconds(10);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final long WATCH_MILLIS = 250;
  private static final Duration TRAINING_DELAY = Duration.ofSeconds(20);
  private static final long PROBE_MILLIS = 250;

  private final StackFolders folders;
  private final Ports ports;
  private final Duration readyLimit;
  private final Path model;
  private final PrintStream out;
  private final Optional<ForeignKafka> kafka;
  private final Optional<ChildProgram> broker;
  private final List<ChildProgram> services = new ArrayList<>();
  private final Map<ChildProgram, Liveness> liveness = new LinkedHashMap<>();
  private final List<Relay> relays = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean stopping;
  private volatile boolean ready;
  private volatile boolean unsaved;
  private boolean waitingForRoom;
  private volatile AotTraining.Background training;

  /**
   * @param kafka somebody else's Kafka; empty: a broker of our own
   * @param readyLimit how long all of it may take to get ready
   */
  Supervisor(
      StackFolders folders,
      Ports ports,
      Path model,
      Optional<ForeignKafka> kafka,
      Duration readyLimit,
      PrintStream out) {
    this.readyLimit = readyLimit;
    this.kafka = kafka;
    this.folders = folders;
    this.ports = ports;
    this.model = model;
    this.out = out;
    Programs programs = new Programs(folders, ports, model, kafka);
    broker = kafka.isPresent() ? Optional.empty() : Optional.of(programs.broker());
    for (Replica replica : Replica.all(ports.replicas())) {
      ChildProgram service = programs.service(replica);
      services.add(service);
      liveness.put(service, new Liveness(() -> live(ports.management(replica))));
    }
  }

  /**
   * Starts everything and returns when all of it is ready.
   *
   * @throws StackException when something does not come up, with its last words
   */
  void start() throws InterruptedException {
    long begin = System.nanoTime();
    if (kafka.isPresent()) {
      kafka.get().prepareTopics();
    }
    broker.ifPresent(ChildProgram::start);
    if (ports.breakable()) {
      openRelays();
    }
    save();
    awaitReady(broker.stream().toList(), begin);
    services.forEach(ChildProgram::start);
    save();
    awaitReady(services, begin);
  }

  private void openRelays() {
    for (ServiceSpec service : ServiceSpec.values()) {
      folders.mend(service);
      relays.add(new Relay(ports.relay(service), ports.relayed(service), folders.cut(service)));
    }
  }

  /** Tells the other commands that the whole stack is ready. */
  void announceReady() {
    ready = true;
    save();
    if (Programs.cachesAreMade()) {
      training =
          new AotTraining(folders, model, List.of(ServiceSpec.values()), out)
              .inBackground(TRAINING_DELAY);
    }
  }

  private void awaitReady(List<ChildProgram> programs, long begin) throws InterruptedException {
    List<ChildProgram> waiting = new ArrayList<>(programs);
    long end = begin + readyLimit.toNanos();
    while (!waiting.isEmpty() && !stopping) {
      for (ChildProgram program : List.copyOf(waiting)) {
        if (program.isReady()) {
          out.printf(
              "  %-18s ready after %.1f s%n", program.name(), (System.nanoTime() - begin) / 1e9);
          waiting.remove(program);
        } else if (!program.isAlive()) {
          startAgain(program);
        }
      }
      if (System.nanoTime() > end) {
        ChildProgram late = waiting.getFirst();
        throw new StackException(
            "%s was not ready after %d s; its log is %s and ends with%n%s"
                .formatted(late.name(), readyLimit.toSeconds(), late.log(), late.lastWords(15)));
      }
      TimeUnit.MILLISECONDS.sleep(PROBE_MILLIS);
    }
  }

  private void startAgain(ChildProgram program) {
    if (!ready && program.restarts() + 1 >= MAX_QUICK_DEATHS) {
      throw new StackException(
          "%s died %d times while starting; its log is %s and ends with%n%s"
              .formatted(program.name(), MAX_QUICK_DEATHS, program.log(), program.lastWords(15)));
    }
    int code = program.process().map(Process::exitValue).orElse(-1);
    out.printf(
        "  %s died (exit code %d), starting it again; its log is %s%n",
        program.name(), code, program.log());
    folders.warnWhenFull(out);
    program.start();
    save();
  }

  private static int live(int port) {
    return Probes.get(port, "/q/health/live").map(HttpResponse::statusCode).orElse(0);
  }

  /** Ends what says that it is not alive; it is started again as whatever died. */
  private void endTheDead() {
    liveness.forEach(
        (program, says) -> {
          if (program.isAlive() && says.saysThatItIsDead()) {
            out.printf(
                "  %s says that it is not alive; its log is %s%n", program.name(), program.log());
            program.process().ifPresent(Process::destroyForcibly);
          }
        });
  }

  /** Watches the children until {@link #close()}; starts again what dies. */
  void watch() throws InterruptedException {
    List<ChildProgram> all = all();
    long asked = System.nanoTime();
    while (!stopping) {
      for (ChildProgram program : all) {
        if (!stopping && !program.isAlive() && !waitsForRoom(program)) {
          startAgain(program);
        }
      }
      if (unsaved) {
        save();
      }
      if (System.nanoTime() - asked > LIVE_EVERY.toNanos()) {
        endTheDead();
        asked = System.nanoTime();
      }
      if (stopped.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  /**
   * A broker that mends its log on a full disk may throw away the record of all topics, and with it
   * what they hold. So it is started when there is room.
   */
  private boolean waitsForRoom(ChildProgram dead) {
    if (broker.filter(dead::equals).isEmpty()) {
      return false;
    }
    boolean full = folders.areFull();
    if (full && !waitingForRoom) {
      out.printf("  %s died and is started again when there is room%n", dead.name());
      folders.warnWhenFull(out);
    }
    waitingForRoom = full;
    return full;
  }

  private List<ChildProgram> all() {
    List<ChildProgram> all = new ArrayList<>();
    broker.ifPresent(all::add);
    all.addAll(services);
    return all;
  }

  /** Once all runs, a disk that is full at this moment must not end it: tried again later. */
  private void save() {
    try {
      write();
      unsaved = false;
    } catch (StackException e) {
      if (!ready) {
        throw e;
      }
      unsaved = true;
    }
  }

  private void write() {
    Map<String, Long> children = new LinkedHashMap<>();
    Map<String, Integer> restarts = new LinkedHashMap<>();
    for (ChildProgram program : all()) {
      program.process().ifPresent(process -> children.put(program.name(), process.pid()));
      restarts.put(program.name(), program.restarts());
    }
    String url = "http://localhost:" + ports.base();
    new StackState(
            ProcessHandle.current().pid(),
            ports.base(),
            url,
            model.toString(),
            ready,
            children,
            restarts,
            kafka.map(ForeignKafka::servers).orElse("localhost:" + ports.broker()),
            ports.replicas(),
            ports.breakable())
        .write(folders);
  }

  /** Stops the services all at once, then the broker. */
  @Override
  public void close() {
    stopping = true;
    stopped.countDown();
    AotTraining.Background running = training;
    if (running != null) {
      running.close();
    }
    List<Thread> stops = new ArrayList<>();
    for (ChildProgram service : services) {
      stops.add(Thread.ofVirtual().start(() -> service.stop(STOP_LIMIT)));
    }
    for (Thread stop : stops) {
      try {
        stop.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    relays.forEach(Relay::close);
    broker.ifPresent(program -> program.stop(STOP_LIMIT));
    StackState.forget(folders);
  }
}
