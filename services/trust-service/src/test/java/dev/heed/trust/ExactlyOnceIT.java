package dev.heed.trust;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.TopicContents;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.TrustScore;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the built service and of the broker, at random, under load: what Kafka accepted is
 * weighed, and counted once. Kills by HEED_KILLS (default 8).
 */
class ExactlyOnceIT {

  private static final int KILLS =
      Integer.parseInt(System.getenv().getOrDefault("HEED_KILLS", "8"));
  private static final int PEOPLE = 40;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir Path folder;

  private final EventCodec codec = EventCodec.ofKnown();
  private int port;
  private int controller;
  private int http;
  private int management;
  private Process broker;
  private Process service;

  @BeforeEach
  void up() throws IOException {
    port = BrokerResource.freePort();
    controller = BrokerResource.freePort();
    http = BrokerResource.freePort();
    management = BrokerResource.freePort();
    startBroker();
    startService();
    await().atMost(LIMIT).until(this::isReady);
  }

  @AfterEach
  void down() throws InterruptedException {
    service.destroyForcibly().waitFor();
    broker.destroyForcibly().waitFor();
  }

  private void startBroker() throws IOException {
    broker =
        start(
            "broker",
            new ProcessBuilder(
                    TrustProgram.java(),
                    "-Xmx384m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.heed.broker.LocalBroker",
                    folder.resolve("broker").toString(),
                    Integer.toString(port),
                    Integer.toString(controller))
                .redirectErrorStream(true));
  }

  private void startService() throws IOException {
    ProcessBuilder program =
        TrustProgram.at("localhost:" + port, http, management, folder.resolve("trust"));
    program.environment().put("HEED_STREAM_THREADS", "2");
    service = start("trust", program);
  }

  private static Process start(String name, ProcessBuilder program) throws IOException {
    return program
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(Path.of("target", "once-" + name + ".log").toFile()))
        .start();
  }

  private boolean isReady() {
    try {
      var url = URI.create("http://127.0.0.1:" + management + "/q/health/ready").toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(2000);
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** What Kafka has confirmed, by id, and who gave it. */
  private final Map<String, String> accepted = new ConcurrentHashMap<>();

  private final Set<String> sentIds = ConcurrentHashMap.newKeySet();
  private volatile boolean loading = true;
  private volatile int sent;

  private void load() {
    Map<String, Object> kafka =
        Map.of(
            "bootstrap.servers",
            "localhost:" + port,
            "acks",
            "all",
            "enable.idempotence",
            true,
            "delivery.timeout.ms",
            120_000,
            "max.block.ms",
            120_000);
    Random random = new Random(7);
    try (var producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      while (loading) {
        String person = "p1_" + random.nextInt(PEOPLE);
        FeedbackGiven given =
            Samples.feedback(
                    person, "r" + sent, random.nextBoolean() ? "up" : "down", random.nextDouble())
                .build();
        sentIds.add(given.getFeedbackId());
        producer.send(
            EventRecords.record(codec, Topics.FEEDBACK_EVENTS, person, given, Topics.FEEDBACK),
            (_, failure) -> {
              if (failure == null) {
                accepted.put(given.getFeedbackId(), person);
              }
            });
        sent++;
        LockSupport.parkNanos(Duration.ofMillis(4).toNanos());
      }
    }
  }

  @Test
  void nothingIsLostOrCountedTwice() throws Exception {
    Thread load = Thread.ofPlatform().start(this::load);
    Random random = new Random();
    for (int kill = 0; kill < KILLS; kill++) {
      LockSupport.parkNanos(Duration.ofMillis(500 + random.nextInt(2500)).toNanos()); // at random
      if (kill % 4 == 3) {
        broker.destroyForcibly().waitFor();
        startBroker();
      } else {
        service.destroyForcibly().waitFor();
        startService();
      }
    }
    await().atMost(LIMIT).until(this::isReady);
    loading = false;
    load.join(LIMIT);
    assertTrue(accepted.size() > 500, () -> "too little load: " + accepted.size());
    await().atMost(LIMIT).until(() -> first().keySet().containsAll(accepted.keySet()));
    // Once each, and nothing that nobody sent
    Map<String, Integer> first = first();
    assertEquals(
        List.of(), first.entrySet().stream().filter(entry -> entry.getValue() != 1).toList());
    assertTrue(sentIds.containsAll(first.keySet()));
    Map<String, Long> counted = new HashMap<>();
    read(Topics.TRUST_SCORES.name())
        .forEach(
            record ->
                counted.put(
                    record.key(), codec.decode(record.value(), TrustScore.class).getRatings()));
    Map<String, Long> given = new HashMap<>();
    first.keySet().forEach(id -> given.merge(owner(id), 1L, Long::sum));
    assertEquals(given, counted);
    System.out.printf("exactly once: %d accepted, %d kills%n", accepted.size(), KILLS);
  }

  private final Map<String, String> owners = new HashMap<>();

  private String owner(String feedbackId) {
    return owners.get(feedbackId);
  }

  /** How often each piece of feedback was weighed for the first time. */
  private Map<String, Integer> first() {
    Map<String, Integer> times = new HashMap<>();
    for (var record : read(Topics.FEEDBACK_WEIGHTED.name())) {
      FeedbackWeighted weighted = codec.decode(record.value(), FeedbackWeighted.class);
      if (weighted.getRevision() == 0) {
        times.merge(weighted.getFeedbackId(), 1, Integer::sum);
        owners.put(weighted.getFeedbackId(), weighted.getPseudonym());
      }
    }
    return times;
  }

  private List<ConsumerRecord<String, byte[]>> read(String topic) {
    return TopicContents.list(Map.of("bootstrap.servers", "localhost:" + port), topic);
  }
}
