package dev.heed.trust.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.TopicAdmin;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.Verdict;
import dev.heed.schemas.events.VerdictSource;
import dev.heed.trust.config.TrustConfig;
import dev.heed.trust.metrics.TrustMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Measures the service's own topology through Kafka with exactly-once, on a broker that is given:
 * events a second of a backlog, then the time from feedback to weighted event at a steady rate.
 */
public final class StreamsBench {

  private static final int COMMIT_MILLIS = 100; // as in application.yaml

  /**
   * What was measured.
   *
   * @param eventsPerSecond of a backlog, until the last weighted event could be read
   * @param p50Millis from before the feedback was sent until its weighted event could be read
   * @param rate events a second at which the times were measured
   */
  public record Result(
      long events, double eventsPerSecond, double rate, double p50Millis, double p99Millis) {}

  private final Map<String, Object> kafka;
  private final Path state;
  private final int threads;
  private final EventCodec codec = EventCodec.ofKnown();
  private final Random random = new Random(1);

  /**
   * @param bootstrap a broker without a trust-service of its own
   * @param state an empty folder for RocksDB
   */
  public StreamsBench(String bootstrap, Path state, int threads) {
    this.kafka = Map.of("bootstrap.servers", bootstrap);
    this.state = state;
    this.threads = threads;
  }

  /**
   * Runs both measurements.
   *
   * @throws IllegalStateException when weighted events do not come within a minute
   */
  public Result run(int events, int users, int rate, Duration steady) throws InterruptedException {
    try (Admin admin = Admin.create(kafka)) {
      TopicAdmin.ensure(admin);
    }
    var topology =
        new TrustTopology(codec, new TrustMeters(new SimpleMeterRegistry()), settings()).topology();
    try (var producer = producer();
        var consumer =
            new KafkaConsumer<>(
                with("isolation.level", "read_committed", "fetch.max.wait.ms", 20),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        var streams = new KafkaStreams(topology, properties())) {
      List<TopicPartition> out = places(consumer);
      consumer.assign(out);
      consumer.seekToEnd(out);
      out.forEach(consumer::position); // else it is looked up after the first event
      backlog(producer, events, users);
      long begin = System.nanoTime();
      streams.start();
      Map<String, Long> arrived = collect(consumer, events, _ -> true);
      double perSecond = events / ((arrived.get("") - begin) / 1e9);
      double[] millis = steady(producer, consumer, users, rate, (int) (rate * steady.toSeconds()));
      streams.close(Duration.ofSeconds(10));
      return new Result(
          events, perSecond, rate, millis[millis.length / 2], millis[(int) (millis.length * .99)]);
    }
  }

  private static TrustConfig settings() {
    return new SmallRyeConfigBuilder()
        .withMapping(TrustConfig.class)
        .withConverter(Duration.class, 300, new DurationConverter())
        .build()
        .getConfigMapping(TrustConfig.class);
  }

  private Map<String, Object> with(String a, Object b, String c, Object d) {
    Map<String, Object> config = new HashMap<>(kafka);
    config.put(a, b);
    config.put(c, d);
    return config;
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        with("linger.ms", 1, "acks", "all"), new StringSerializer(), new ByteArraySerializer());
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put("application.id", "trust-bench-" + UUID.randomUUID());
    properties.put("state.dir", state.toString());
    properties.put("processing.guarantee", "exactly_once_v2");
    properties.put("commit.interval.ms", COMMIT_MILLIS);
    properties.put("statestore.cache.max.bytes", 0);
    properties.put("num.stream.threads", threads);
    properties.put("auto.offset.reset", "earliest");
    return properties;
  }

  private static List<TopicPartition> places(KafkaConsumer<String, byte[]> consumer) {
    return consumer.partitionsFor(Topics.FEEDBACK_WEIGHTED.name()).stream()
        .map(p -> new TopicPartition(p.topic(), p.partition()))
        .toList();
  }

  private FeedbackGiven feedback(int user, int item) {
    double unsafe = random.nextDouble();
    return FeedbackGiven.newBuilder()
        .setFeedbackId(Uuid7.randomString())
        .setPseudonym("p1_" + user)
        .setConversationId("c")
        .setTurnId("t")
        .setReplyId("r" + item)
        .setKind(FeedbackKind.THUMBS)
        .setLabel(random.nextDouble() < unsafe ? "down" : "up")
        .setVerdict(
            Verdict.newBuilder()
                .setUnsafe(unsafe)
                .setFlagged(unsafe >= .5)
                .setScore(unsafe)
                .setSource(VerdictSource.CLASSIFIER)
                .setPolicyVersion("bench")
                .setClassifierVersion("bench")
                .build())
        .setAt(Instant.now())
        .build();
  }

  private void send(KafkaProducer<String, byte[]> producer, FeedbackGiven given) {
    producer.send(
        EventRecords.record(
            codec, Topics.FEEDBACK_EVENTS, given.getPseudonym(), given, Topics.FEEDBACK));
  }

  private void backlog(KafkaProducer<String, byte[]> producer, int events, int users) {
    for (int i = 0; i < events; i++) {
      send(producer, feedback(random.nextInt(users), i / 2));
    }
    producer.flush();
  }

  /**
   * When each id was first read, in nanoseconds; under "" the last of them.
   *
   * @param counts ids that are waited for; revisions of older ones come too
   */
  private static Map<String, Long> collect(
      KafkaConsumer<String, byte[]> consumer, int wanted, Predicate<String> counts) {
    Map<String, Long> arrived = new HashMap<>();
    long patience = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (arrived.size() < wanted) {
      for (var record : consumer.poll(Duration.ofMillis(20))) {
        if (counts.test(record.key())) {
          arrived.putIfAbsent(record.key(), System.nanoTime());
        }
        patience = System.nanoTime() + Duration.ofMinutes(1).toNanos();
      }
      if (System.nanoTime() > patience) {
        throw new IllegalStateException(arrived.size() + " of " + wanted + " events were weighed");
      }
    }
    arrived.put("", arrived.values().stream().mapToLong(Long::longValue).max().orElseThrow());
    return arrived;
  }

  private double[] steady(
      KafkaProducer<String, byte[]> producer,
      KafkaConsumer<String, byte[]> consumer,
      int users,
      int rate,
      int events)
      throws InterruptedException {
    Map<String, Long> sent = new ConcurrentHashMap<>();
    Map<String, Long> arrived = new HashMap<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> arrived.putAll(collect(consumer, events, sent::containsKey)));
    long begin = System.nanoTime();
    for (int i = 0; i < events; i++) {
      long due = begin + (long) (i * 1e9 / rate);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      FeedbackGiven given = feedback(random.nextInt(users), 1_000_000 + i / 2);
      sent.put(given.getFeedbackId(), due);
      send(producer, given);
    }
    reader.join();
    if (!arrived.keySet().containsAll(sent.keySet())) {
      throw new IllegalStateException("events of the steady load were not weighed");
    }
    double[] millis =
        sent.entrySet().stream()
            .mapToDouble(e -> (arrived.get(e.getKey()) - e.getValue()) / 1e6)
            .toArray();
    Arrays.sort(millis);
    return millis;
  }
}
