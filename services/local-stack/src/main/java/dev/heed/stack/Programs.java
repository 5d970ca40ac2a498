package dev.heed.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Writes the command line and environment of every program of the stack. */
final class Programs {

  /** What every JVM of the stack gets: small machines, fast start. */
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TieredStopAtLevel=4",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xss512k",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

  private static final int BROKER_HEAP_MEGABYTES = 512;

  /** Settings of the C library, whose allocator holds a model's weights. */
  private static final String MALLOC = "GLIBC_TUNABLES";

  /** Services with pages or endpoints for operators. */
  private static final Set<ServiceSpec> OPERATED =
      EnumSet.of(ServiceSpec.TRUST, ServiceSpec.FEEDBACK, ServiceSpec.LEARNING);

  private final StackFolders folders;
  private final Ports ports;
  private final Path model;
  private final Optional<ForeignKafka> kafka;
  private final String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  Programs(StackFolders folders, Ports ports, Path model, Optional<ForeignKafka> kafka) {
    this.kafka = kafka;
    this.folders = folders;
    this.ports = ports;
    this.model = model;
  }

  /**
   * How a program is started.
   *
   * @param kind of the program, the same for all its replicas
   * @param jvm the JVM, its flags and what it runs
   * @param arguments of the program
   * @param jars the folder under which its jars lie
   * @param probe asks it whether it is ready
   */
  private record Plan(
      String name,
      String kind,
      List<String> jvm,
      List<String> arguments,
      Path jars,
      Map<String, String> environment,
      BooleanSupplier probe) {

    List<String> command() {
      List<String> command = new ArrayList<>(jvm);
      command.addAll(arguments);
      return command;
    }
  }

  /** A program that runs to make its cache, and serves nobody. */
  record Trainee(ChildProgram program, AotCache cache) {}

  ChildProgram broker() {
    return child(brokerPlan());
  }

  ChildProgram service(Replica replica) {
    return child(plan(replica));
  }

  /** Empty where caches are not kept. */
  Optional<Trainee> brokerTrainee() {
    return trainee(brokerPlan());
  }

  /** Empty where caches are not kept. */
  Optional<Trainee> trainee(ServiceSpec service) {
    return trainee(plan(new Replica(service, 1)));
  }

  private Plan brokerPlan() {
    List<String> jvm = jvm(BROKER_HEAP_MEGABYTES);
    jvm.remove("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    jvm.add("-cp");
    jvm.add(folders.localStackLibraries() + "/*");
    jvm.add("dev.heed.broker.LocalBroker");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                folders.broker().toString(),
                Integer.toString(ports.broker()),
                Integer.toString(ports.controller())));
    if (ports.breakable()) {
      for (ServiceSpec service : ServiceSpec.values()) {
        arguments.add(service + ":" + ports.relayed(service) + ":" + ports.relay(service));
      }
    }
    return new Plan(
        "broker",
        "broker",
        jvm,
        arguments,
        folders.localStackLibraries(),
        Map.of(),
        () -> Probes.kafka(ports.broker()));
  }

  private Plan plan(Replica replica) {
    ServiceSpec service = replica.service();
    List<String> jvm = jvm(service.heapMegabytes());
    jvm.add("-jar");
    jvm.add(folders.quarkusApp(service).resolve("quarkus-run.jar").toString());
    return new Plan(
        replica.name(),
        service.module(),
        jvm,
        List.of(),
        folders.quarkusApp(service),
        environment(replica),
        () -> Probes.http(ports.management(replica), "/q/health/ready"));
  }

  /** The JVM and its flags; those of HEED_JAVA_OPTS come last, and so win. */
  private List<String> jvm(int heapMegabytes) {
    List<String> jvm = new ArrayList<>(List.of(java));
    jvm.addAll(JVM);
    jvm.add("-Xmx" + heapMegabytes + "m");
    String own = System.getenv().getOrDefault("HEED_JAVA_OPTS", "").strip();
    if (!own.isEmpty()) {
      jvm.addAll(List.of(own.split("\\s+")));
    }
    return jvm;
  }

  private ChildProgram child(Plan plan) {
    Optional<AotCache> cache = cache(plan);
    return new ChildProgram(
        plan.name(),
        () -> cache.map(there -> there.using(plan.command())).orElseGet(plan::command),
        plan.environment(),
        folders.log(plan.name()),
        plan.probe());
  }

  private Optional<Trainee> trainee(Plan plan) {
    return cache(plan)
        .map(
            cache ->
                new Trainee(
                    new ChildProgram(
                        plan.name(),
                        () -> cache.recording(plan.command()),
                        plan.environment(),
                        folders.log(plan.name()),
                        plan.probe()),
                    cache));
  }

  /** True unless HEED_AOT says that starts only use what is there, or nothing at all. */
  static boolean cachesAreMade() {
    return !"use".equals(System.getenv("HEED_AOT")) && cachesAreUsed();
  }

  private static boolean cachesAreUsed() {
    return !"off".equals(System.getenv("HEED_AOT"));
  }

  private Optional<AotCache> cache(Plan plan) {
    try {
      return cachesAreUsed()
          ? Optional.of(new AotCache(folders.aotCaches(), plan.kind(), plan.jvm(), plan.jars()))
          : Optional.empty();
    } catch (IOException e) {
      // The checkout cannot be written: no cache, a slower start.
      return Optional.empty();
    }
  }

  private Map<String, String> environment(Replica replica) {
    ServiceSpec service = replica.service();
    Map<String, String> env = new HashMap<>();
    int broker = ports.breakable() ? ports.relay(service) : ports.broker();
    String servers = kafka.map(ForeignKafka::servers).orElse("localhost:" + broker);
    env.put("KAFKA_BOOTSTRAP_SERVERS", servers);
    env.put("QUARKUS_KAFKA_STREAMS_BOOTSTRAP_SERVERS", servers);
    kafka
        .filter(foreign -> foreign.config().isPresent())
        .map(foreign -> foreign.write(folders.state(replica), service.module()))
        .ifPresent(file -> env.put("QUARKUS_CONFIG_LOCATIONS", file.toString()));
    env.put("HEED_HTTP_PORT", Integer.toString(ports.http(replica)));
    env.put("HEED_MANAGEMENT_PORT", Integer.toString(ports.management(replica)));
    env.put("HEED_BIND", "127.0.0.1");
    env.put("HEED_DATA_DIR", folders.state(replica).toString());
    env.put("HEED_MODEL", model.toString());
    env.put("HEED_SECRET", folders.identitySecret());
    if (OPERATED.contains(service)) {
      env.put("HEED_OPERATOR_KEY", folders.operatorKey());
    }
    if (service == ServiceSpec.INFERENCE && !System.getenv().containsKey(MALLOC)) {
      env.put(MALLOC, "glibc.malloc.hugetlb=1"); // weights in huge pages: docs/adr/0038
    }
    if (service == ServiceSpec.LEARNING) {
      env.put("HEED_TOOLS", folders.home().resolve("heed").toString());
      env.put("HEED_NO_BUILD", "1"); // for the tools that it starts
    }
    String number = replica.number() == 1 ? "" : "-" + replica.number();
    env.put("HEED_REPLICA", service.module() + "-local" + number);
    env.put("HEED_CHAT_MODEL", model.getFileName().toString().toLowerCase(Locale.ROOT));
    Path classifier = folders.home().resolve("models/safety/classifier");
    env.put("HEED_SAFETY_MODEL", classifier.toString());
    return env;
  }
}
