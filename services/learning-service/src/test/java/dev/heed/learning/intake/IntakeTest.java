package dev.heed.learning.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.broker.LocalBroker;
import dev.heed.learning.config.LearningConfig;
import dev.heed.learning.dataset.CrashingDisk;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.deidentify.DatasetIds;
import dev.heed.learning.metrics.LearningMeters;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Uuid7;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The intake from a real broker, through deaths at every step of a commit. */
class IntakeTest {

  private static final int EXCHANGES = 12;

  private static LocalBroker broker;
  private static Map<String, Object> kafka;

  @TempDir static Path brokerFolder;
  @TempDir Path folder;

  private final LearningMeters meters = LearningMeters.of(new SimpleMeterRegistry());

  @BeforeAll
  static void start() throws Exception {
    int port = BrokerResource.freePort();
    int controller = BrokerResource.freePort();
    while (controller == port) {
      controller = BrokerResource.freePort();
    }
    broker = LocalBroker.start(brokerFolder, port, controller);
    kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (Events events = new Events(broker.bootstrapServers())) {
      for (int i = 0; i < EXCHANGES; i++) {
        Events.Exchange exchange = Events.Exchange.fresh();
        events.turn(exchange, "question " + i, true);
        events.reply(exchange, "answer " + i, true);
        String feedback = Uuid7.randomString();
        events.feedback(exchange, feedback, 0, true);
        events.feedback(exchange, feedback, 1, true);
      }
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private record Settings(Path dataDir) implements LearningConfig {
    @Override
    public int commitRows() {
      return 7;
    }

    @Override
    public Duration commitInterval() {
      return Duration.ofMillis(50);
    }

    @Override
    public MemorySize segmentSize() {
      return new MemorySize(BigInteger.valueOf(4_000));
    }

    @Override
    public MemorySize commitSize() {
      return new MemorySize(BigInteger.valueOf(2_000));
    }

    @Override
    public int maxText() {
      return 1000;
    }

    @Override
    public Duration retryAfter() {
      return Duration.ZERO;
    }
  }

  /** Runs one life on a disk until everything is committed or the disk dies. */
  private void live(CrashingDisk disk) throws IOException {
    LearningConfig config = new Settings(folder);
    Map<String, Object> settings = new HashMap<>(IntakeLoop.consumerConfig(kafka));
    settings.put("max.poll.records", 5);
    try (var consumer =
            new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        var producer =
            new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
        Intake intake =
            new Intake(
                () -> disk.open(folder, config.segmentSize().asLongValue()),
                consumer,
                EventCodec.ofKnown(),
                new DeadLetters(producer, meters),
                new DatasetIds(new byte[32]),
                config,
                meters)) {
      long rows = 0;
      while (rows < 4L * EXCHANGES || !intake.settled()) {
        intake.step();
        rows = DatasetReader.of(folder).manifest().rowCount();
      }
    }
  }

  @Test
  void everyEventIsARowOnceThoughTheProcessDiesAtEveryStep() throws IOException {
    // When: each life dies a few steps later than the one before
    int deaths = 0;
    CrashingDisk.Moment[] moments = CrashingDisk.Moment.values();
    for (int steps = 0; ; steps++) {
      CrashingDisk disk = new CrashingDisk(steps % 9, moments[steps % moments.length]);
      try {
        live(disk);
        break;
      } catch (CrashingDisk.Crash e) {
        deaths++;
        assertTrue(deaths < 500, "no progress");
      }
    }
    // Then
    Map<String, Integer> seen = new TreeMap<>();
    Map<String, Integer> types = new TreeMap<>();
    DatasetReader.of(folder)
        .rows(
            row -> {
              seen.merge(row.path("id").asText(), 1, Integer::sum);
              types.merge(row.path("type").asText(), 1, Integer::sum);
            });
    assertTrue(deaths > 8, "only " + deaths + " deaths");
    assertEquals(Map.of("turn", EXCHANGES, "reply", EXCHANGES, "feedback", 2 * EXCHANGES), types);
    assertEquals(4 * EXCHANGES, seen.size());
  }
}
