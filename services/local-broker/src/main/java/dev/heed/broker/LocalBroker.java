package dev.heed.broker;

import dev.heed.schemas.TopicAdmin;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A real Kafka broker (KRaft, one node) in this JVM, with Heed's topics. For one machine and for
 * tests; never for production.
 */
public final class LocalBroker implements AutoCloseable {

  private static final int LEADERS_MILLIS = 300_000;

  private final KafkaRaftServer server;
  private final String bootstrap;

  private LocalBroker(KafkaRaftServer server, String bootstrap) {
    this.server = server;
    this.bootstrap = bootstrap;
  }

  /**
   * Starts a broker and creates missing topics; returns when every partition takes records.
   *
   * @param data folder for the log; formatted when new, gone on with when not
   * @param port the clients' port; the controller takes {@code controllerPort}
   */
  public static LocalBroker start(Path data, int port, int controllerPort)
      throws IOException, InterruptedException {
    return start(data, port, controllerPort, Map.of(), Map.of());
  }

  /**
   * The same with other settings, such as listeners with TLS and SASL.
   *
   * @param settings of the broker, in place of its own
   * @param client what a client with all rights needs to get in
   */
  public static LocalBroker start(
      Path data,
      int port,
      int controllerPort,
      Map<String, String> settings,
      Map<String, String> client)
      throws IOException, InterruptedException {
    Files.createDirectories(data);
    Path file = data.resolve("server.properties");
    Path log = data.resolve("log");
    Properties properties = properties(log, port, controllerPort);
    if (StaleRegistration.isLeft(log)) {
      StaleRegistration.end(properties, controllerPort);
    }
    properties.putAll(settings);
    try (OutputStream out = Files.newOutputStream(file)) {
      properties.store(out, "written at each start");
    }
    if (!Files.exists(log.resolve("meta.properties"))) {
      format(file);
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
    server.startup();
    String bootstrap = "localhost:" + port;
    Map<String, Object> admins = new HashMap<>(client);
    admins.put("bootstrap.servers", bootstrap);
    try (Admin admin = Admin.create(admins)) {
      TopicAdmin.ensure(admin);
      awaitLeaders(admin);
    } catch (ExecutionException e) {
      throw new IOException("the broker does not serve its topics", e.getCause());
    }
    return new LocalBroker(server, bootstrap);
  }

  /** A topic exists before its partitions have a leader that takes records. */
  private static void awaitLeaders(Admin admin) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    var topics = admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get();
    topics.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(
                    part ->
                        asked.put(
                            new TopicPartition(name, part.partition()), OffsetSpec.latest())));
    // The client asks again until each leader answers; after a kill, logs are mended first.
    admin.listOffsets(asked, new ListOffsetsOptions().timeoutMs(LEADERS_MILLIS)).all().get();
  }

  static void format(Path file) {
    String[] command = {
      "format", "-t", Uuid.randomUuid().toString(), "-c", file.toString(), "--ignore-formatted"
    };
    int code =
        kafka.tools.StorageTool.execute(command, new PrintStream(OutputStream.nullOutputStream()));
    if (code != 0) {
      throw new IllegalStateException("formatting the broker's folder failed with code " + code);
    }
  }

  static Properties properties(Path log, int port, int controllerPort) {
    Properties p = new Properties();
    p.put("process.roles", "broker,controller");
    p.put("node.id", "1");
    p.put("controller.quorum.voters", "1@localhost:" + controllerPort);
    p.put(
        "listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
    p.put("controller.listener.names", "CONTROLLER");
    p.put("log.dirs", log.toString());
    // Nobody else could lead: to fence a broker that was held up for a while would only stop its
    // transactions halfway (StaleRegistration).
    p.put("broker.session.timeout.ms", "60000");
    p.put("default.replication.factor", "1");
    p.put("offsets.topic.replication.factor", "1");
    p.put("transaction.state.log.replication.factor", "1");
    p.put("transaction.state.log.min.isr", "1");
    p.put("share.coordinator.state.topic.replication.factor", "1");
    p.put("share.coordinator.state.topic.min.isr", "1");
    p.put("offsets.topic.num.partitions", "4");
    p.put("transaction.state.log.num.partitions", "4");
    p.put("group.initial.rebalance.delay.ms", "0");
    // A killed service's partitions must move within the 30 s in which the stack recovers by
    // itself.
    p.put("group.min.session.timeout.ms", "1000");
    p.put("auto.create.topics.enable", "false");
    p.put("message.max.bytes", "5242880");
    p.put("log.cleaner.dedupe.buffer.size", "16777216");
    p.put("num.network.threads", "2");
    p.put("num.io.threads", "4");
    return p;
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return bootstrap;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  /** Further listeners, each given as NAME:PORT:ADVERTISED_PORT, for relays in front of it. */
  private static Map<String, String> listeners(int port, int controllerPort, List<String> more) {
    if (more.isEmpty()) {
      return Map.of();
    }
    StringBuilder open = new StringBuilder("PLAINTEXT://localhost:" + port);
    StringBuilder said = new StringBuilder(open);
    StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    for (String listener : more) {
      String[] parts = listener.split(":");
      open.append(',').append(parts[0]).append("://localhost:").append(parts[1]);
      said.append(',').append(parts[0]).append("://localhost:").append(parts[2]);
      protocols.append(',').append(parts[0]).append(":PLAINTEXT");
    }
    open.append(",CONTROLLER://localhost:").append(controllerPort);
    return Map.of(
        "listeners", open.toString(),
        "advertised.listeners", said.toString(),
        "listener.security.protocol.map", protocols.toString());
  }

  /**
   * Usage: LocalBroker DATA PORT CONTROLLER_PORT [NAME:PORT:ADVERTISED_PORT ...]. Runs until it is
   * told to stop.
   */
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[1]);
    int controllerPort = Integer.parseInt(args[2]);
    List<String> more = List.of(args).subList(3, args.length);
    LocalBroker broker =
        start(
            Path.of(args[0]),
            port,
            controllerPort,
            listeners(port, controllerPort, more),
            Map.of());
    CountDownLatch stop = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  broker.close();
                  stop.countDown();
                }));
    System.out.println("broker ready on " + broker.bootstrapServers());
    stop.await();
  }
}
