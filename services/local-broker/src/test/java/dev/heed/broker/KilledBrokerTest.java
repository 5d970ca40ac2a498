package dev.heed.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that is killed among transactions, and the next one on its log. */
class KilledBrokerTest {

  private static final int PRODUCERS = 6;
  private static final int MANY = 300;

  @TempDir Path folder;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger commits = new AtomicInteger();
  private final List<Thread> writers = new ArrayList<>();
  private int port;
  private int controller;
  private Process broker;
  private Admin admin;

  @BeforeEach
  void start() throws IOException {
    port = BrokerResource.freePort();
    controller = BrokerResource.freePort();
    admin = Admin.create(Map.of("bootstrap.servers", "localhost:" + port));
    startBroker();
    awaitPartitions(40);
  }

  @AfterEach
  void stop() throws InterruptedException {
    over.set(true);
    broker.destroyForcibly().waitFor();
    admin.close(Duration.ZERO);
    for (Thread writer : writers) {
      writer.join();
    }
  }

  @Test
  void everyTransactionEndsAfterAKill() throws Exception {
    // Many partitions: the longer it takes to hand them over, the more is decided meanwhile.
    admin.createTopics(List.of(new NewTopic("many", MANY, (short) 1))).all().get();
    List<TopicPartition> partitions = awaitPartitions(MANY);
    for (int i = 0; i < PRODUCERS; i++) {
      writers.add(Thread.ofPlatform().start(() -> write(partitions)));
    }
    // Of so many that commit one is always between its decision and its last marker.
    await().atMost(Duration.ofSeconds(60)).until(() -> commits.get() > 2 * PRODUCERS);
    broker.destroyForcibly().waitFor();
    over.set(true);
    startBroker();
    await()
        .atMost(Duration.ofSeconds(90))
        .ignoreExceptions()
        .untilAsserted(() -> assertEquals(ends(partitions, false), ends(partitions, true)));
    assertTrue(ends(partitions, true).values().stream().allMatch(end -> end > 0));
  }

  @Test
  void killedBeforeItRegisteredItStartsAllTheSame() throws Exception {
    broker.destroyForcibly().waitFor();
    Path log = folder.resolve("broker/log/__cluster_metadata-0");
    startBroker();
    awaitPartitions(40);
    broker.destroyForcibly().waitFor();
    // As if it had been killed at once: formatted, and nothing in its metadata.
    try (var files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    startBroker();
    awaitPartitions(40);
  }

  /** Commits over all partitions until it is over; each commit writes a marker to each of them. */
  private void write(List<TopicPartition> partitions) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            "localhost:" + port,
            "transactional.id",
            "writer-" + Thread.currentThread().threadId(),
            "transaction.timeout.ms",
            8000,
            "max.block.ms",
            20000,
            "delivery.timeout.ms",
            7000,
            "request.timeout.ms",
            3000);
    var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    try {
      producer.initTransactions();
      while (!over.get()) {
        producer.beginTransaction();
        for (TopicPartition partition : partitions) {
          producer.send(
              new ProducerRecord<>(partition.topic(), partition.partition(), "key", "value"));
        }
        producer.commitTransaction();
        commits.incrementAndGet();
      }
    } catch (KafkaException e) {
      // The broker was killed; what it had decided by then is what the test looks at.
    } finally {
      // Without a limit it would wait for a broker that comes no more.
      producer.close(Duration.ZERO);
    }
  }

  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions, boolean committed)
      throws Exception {
    var level = committed ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
    var asked =
        partitions.stream()
            .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
    Map<TopicPartition, ListOffsetsResultInfo> said =
        admin.listOffsets(asked, new ListOffsetsOptions(level)).all().get();
    Map<TopicPartition, Long> ends =
        new TreeMap<>(java.util.Comparator.comparing(Object::toString));
    said.forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private List<TopicPartition> awaitPartitions(int least) {
    List<TopicPartition> all = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              all.clear();
              var names = admin.listTopics().names().get();
              admin
                  .describeTopics(names)
                  .allTopicNames()
                  .get()
                  .forEach(
                      (name, topic) ->
                          topic.partitions().stream()
                              .filter(p -> p.leader() != null)
                              .forEach(p -> all.add(new TopicPartition(name, p.partition()))));
              assertTrue(all.size() >= least, all::toString);
            });
    return List.copyOf(all);
  }

  private void startBroker() throws IOException {
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    broker =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-cp",
                classes,
                LocalBroker.class.getName(),
                folder.resolve("broker").toString(),
                Integer.toString(port),
                Integer.toString(controller))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("broker.log").toFile()))
            .start();
  }
}
