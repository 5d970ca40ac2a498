package dev.heed.trust.flow;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.TopicAdmin;
import dev.heed.schemas.TopicContents;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.TrustScore;
import dev.heed.trust.Samples;
import dev.heed.trust.metrics.TrustMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas come and go all the time under load: what is held back until a commit is not lost. */
class RebalanceStormIT {

  private static final int MOVES = 8;
  private static final int PEOPLE = 30;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir Path folder;

  private final EventCodec codec = EventCodec.ofKnown();
  private final BrokerResource broker = new BrokerResource();
  private final Map<String, String> accepted = new ConcurrentHashMap<>();
  private final List<KafkaStreams> replicas = new ArrayList<>();
  private volatile boolean loading = true;
  private String servers;
  private int replica;

  @BeforeEach
  void up() throws InterruptedException {
    servers = broker.start().get("kafka.bootstrap.servers");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      TopicAdmin.ensure(admin);
    }
  }

  @AfterEach
  void down() {
    replicas.forEach(streams -> streams.close(Duration.ofSeconds(5)));
    broker.stop();
  }

  private void join() {
    Properties config = new Properties();
    config.put("bootstrap.servers", servers);
    config.put("application.id", "storm");
    config.put("state.dir", folder.resolve("replica" + replica++).toString());
    config.put("processing.guarantee", "exactly_once_v2");
    config.put("commit.interval.ms", 100);
    config.put("statestore.cache.max.bytes", 0);
    config.put("num.standby.replicas", 1);
    config.put("auto.offset.reset", "earliest");
    config.put("session.timeout.ms", 6000);
    var topology =
        new TrustTopology(
                codec, new TrustMeters(new SimpleMeterRegistry()), Driven.settings(Map.of()))
            .topology();
    KafkaStreams streams = new KafkaStreams(topology, config);
    streams.start();
    replicas.add(streams);
  }

  private void load() {
    Random random = new Random(5);
    Map<String, Object> kafka = Map.of("bootstrap.servers", servers, "acks", "all");
    try (var producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      int last = 0;
      for (int i = 0; loading; i++) {
        // Never the one who has just rated the item: a second word takes the first one's place.
        last = (last + 1 + random.nextInt(PEOPLE - 1)) % PEOPLE;
        String person = "p1_" + last;
        FeedbackGiven given =
            Samples.feedback(person, "r" + i / 2, i % 3 == 0 ? "down" : "up", random.nextDouble())
                .build();
        producer.send(
            EventRecords.record(codec, Topics.FEEDBACK_EVENTS, person, given, Topics.FEEDBACK),
            (_, failure) -> {
              if (failure == null) {
                accepted.put(given.getFeedbackId(), person);
              }
            });
        LockSupport.parkNanos(Duration.ofMillis(4).toNanos());
      }
    }
  }

  @Test
  void nothingIsLostOrCountedTwiceWhileReplicasComeAndGo() throws InterruptedException {
    // Given
    join();
    Thread load = Thread.ofPlatform().start(this::load);
    await().atMost(LIMIT).until(() -> !first().isEmpty());
    // When: before one has settled the next comes or goes
    for (int move = 0; move < MOVES; move++) {
      int before = accepted.size();
      if (move % 2 == 0) {
        join();
      } else {
        replicas.removeFirst().close(Duration.ofSeconds(20));
      }
      await().atMost(LIMIT).until(() -> accepted.size() > before + 150);
    }
    loading = false;
    load.join();
    // Then
    await().atMost(LIMIT).until(() -> first().keySet().containsAll(accepted.keySet()));
    Map<String, Integer> first = first();
    assertEquals(Set.copyOf(accepted.keySet()), Set.copyOf(first.keySet()));
    assertEquals(List.of(), first.entrySet().stream().filter(e -> e.getValue() != 1).toList());
    Map<String, Long> given = new HashMap<>();
    accepted.values().forEach(person -> given.merge(person, 1L, Long::sum));
    Map<String, Long> counted = new HashMap<>();
    for (var record : records(Topics.TRUST_SCORES.name())) {
      counted.put(record.key(), codec.decode(record.value(), TrustScore.class).getRatings());
    }
    Map<String, Long> twice = new HashMap<>(given);
    twice.replaceAll((person, _) -> counted.get(person));
    assertEquals(given, twice);
  }

  private Map<String, Integer> first() {
    Map<String, Integer> times = new HashMap<>();
    for (var record : records(Topics.FEEDBACK_WEIGHTED.name())) {
      FeedbackWeighted weighted = codec.decode(record.value(), FeedbackWeighted.class);
      if (weighted.getRevision() == 0) {
        times.merge(weighted.getFeedbackId(), 1, Integer::sum);
      }
    }
    return times;
  }

  private List<ConsumerRecord<String, byte[]>> records(String topic) {
    return TopicContents.list(Map.of("bootstrap.servers", servers), topic);
  }
}
