package dev.heed.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  ChildProgram broker() {
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(JVM);
    command.remove("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    command.add("-Xmx512m");
    command.add("-cp");
    command.add(folders.localStackLibraries() + "/*");
    command.add("dev.heed.broker.LocalBroker");
    command.add(folders.broker().toString());
    command.add(Integer.toString(ports.broker()));
    command.add(Integer.toString(ports.controller()));
    return new ChildProgram(
        "broker", command, Map.of(), folders.log("broker"), () -> Probes.kafka(ports.broker()));
  }

  ChildProgram service(ServiceSpec service) {
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(JVM);
    command.add("-Xmx" + service.heapMegabytes() + "m");
    command.add("-jar");
    command.add(folders.quarkusApp(service).resolve("quarkus-run.jar").toString());
    return new ChildProgram(
        service.module(),
        command,
        environment(service),
        folders.log(service.module()),
        () -> Probes.http(ports.management(service), "/q/health/ready"));
  }

  private Map<String, String> environment(ServiceSpec service) {
    Map<String, String> env = new HashMap<>();
    String servers = kafka.map(ForeignKafka::servers).orElse("localhost:" + ports.broker());
    env.put("KAFKA_BOOTSTRAP_SERVERS", servers);
    env.put("QUARKUS_KAFKA_STREAMS_BOOTSTRAP_SERVERS", servers);
    kafka
        .filter(foreign -> foreign.config().isPresent())
        .map(foreign -> foreign.write(folders.state(service), service.module()))
        .ifPresent(file -> env.put("QUARKUS_CONFIG_LOCATIONS", file.toString()));
    env.put("HEED_HTTP_PORT", Integer.toString(ports.http(service)));
    env.put("HEED_MANAGEMENT_PORT", Integer.toString(ports.management(service)));
    env.put("HEED_BIND", "127.0.0.1");
    env.put("HEED_DATA_DIR", folders.state(service).toString());
    env.put("HEED_MODEL", model.toString());
    env.put("HEED_SECRET", folders.identitySecret());
    if (OPERATED.contains(service)) {
      env.put("HEED_OPERATOR_KEY", folders.operatorKey());
    }
    if (service == ServiceSpec.LEARNING) {
      env.put("HEED_TOOLS", folders.home().resolve("heed").toString());
      env.put("HEED_NO_BUILD", "1"); // for the tools that it starts
    }
    env.put("HEED_REPLICA", service.module() + "-local");
    env.put("HEED_CHAT_MODEL", model.getFileName().toString().toLowerCase(Locale.ROOT));
    Path classifier = folders.home().resolve("models/safety/classifier");
    env.put("HEED_SAFETY_MODEL", classifier.toString());
    return env;
  }
}
