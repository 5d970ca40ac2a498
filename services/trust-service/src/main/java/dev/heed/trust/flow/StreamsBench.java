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
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Measures the service's own topology through Kafka with exactly-once, on a broker that is given:
 * events a second of a backlog, then the time from feedback to weighted event at a steady rate.
 */
public final class StreamsBench {

  /**
   * What was measured.
   *
   * @param eventsPerSecond of a backlog, from taking it up until its last weighted event could be
   *     read; as much went before it, so that the virtual machines had compiled what they run
   * @param p50Millis from before the feedback was sent until its weighted event could be read
   * @param rate events a second at which the times were measured
   */
  public record Result(
      long events, double eventsPerSecond, double rate, double p50Millis, double p99Millis) {}

  private static final String PREFIX = "kafka-streams.";
  private static final String NAME = "trust-bench-";

  private static final int WAVE = 50_000;

  /**
   * What was measured.
   *
   * @param bytesPerPerson of the stores on disk
   * @param seconds from an empty disk until the stores answer
   */
  public record Restored(int people, double bytesPerPerson, long records, double seconds) {}

  private final Map<String, Object> kafka;
  private final Path state;
  private final Map<String, String> others;
  private final EventCodec codec = EventCodec.ofKnown();
  private final Random random = new Random(1);
  private int items; // so far

  /**
   * @param bootstrap a broker without a trust-service of its own
   * @param state an empty folder for RocksDB
   * @param others settings of Kafka Streams that are tried in the place of the service's
   */
  public StreamsBench(String bootstrap, Path state, Map<String, String> others) {
    this.others = Map.copyOf(others);
    this.kafka = Map.of("bootstrap.servers", bootstrap);
    this.state = state;
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
    var topology = topology();
    try (var producer = producer();
        var consumer = consumer();
        var streams = new KafkaStreams(topology, properties(NAME + UUID.randomUUID(), state))) {
      List<TopicPartition> out = places(consumer);
      consumer.assign(out);
      consumer.seekToEnd(out);
      out.forEach(consumer::position); // else it is looked up after the first event
      Set<String> warmUp = backlog(producer, events, users);
      streams.start();
      collect(consumer, events, warmUp::contains);
      streams.pause();
      Set<String> waiting = backlog(producer, events, users);
      long begin = System.nanoTime();
      streams.resume();
      Map<String, Long> arrived = collect(consumer, events, waiting::contains);
      double perSecond = events / ((arrived.get("") - begin) / 1e9);
      double[] millis = steady(producer, consumer, users, rate, (int) (rate * steady.toSeconds()));
      streams.close(Duration.ofSeconds(10));
      return new Result(
          events, perSecond, rate, millis[millis.length / 2], millis[(int) (millis.length * .99)]);
    }
  }

  /**
   * What people weigh in the stores, and how long it takes a new replica to have them: each gives
   * two ratings, then the replica goes and another with an empty disk takes its place.
   */
  public Restored restore(int people) throws InterruptedException {
    try (Admin admin = Admin.create(kafka)) {
      TopicAdmin.ensure(admin);
    }
    String name = NAME + UUID.randomUUID();
    try (var producer = producer();
        var consumer = consumer();
        var streams = new KafkaStreams(topology(), properties(name, state))) {
      List<TopicPartition> out = places(consumer);
      consumer.assign(out);
      consumer.seekToEnd(out);
      out.forEach(consumer::position);
      streams.start();
      for (int i = 0; i < 2 * people; i++) {
        send(producer, feedback(i % people, i));
        if (i % WAVE == WAVE - 1 || i == 2 * people - 1) {
          producer.flush();
          collect(consumer, i % WAVE + 1, _ -> true);
        }
      }
      streams.close(Duration.ofSeconds(30));
    }
    long bytes = size(state);
    var listener = new Restoring();
    long begin = System.nanoTime();
    try (var streams = new KafkaStreams(topology(), properties(name, state.resolve("second")))) {
      streams.setGlobalStateRestoreListener(listener);
      streams.start();
      while (!listener.done(streams)) {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new Restored(people, bytes / (double) people, listener.records.sum(), seconds);
  }

  private static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts what is restored. */
  private static final class Restoring implements StateRestoreListener {

    final LongAdder records = new LongAdder();
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    @Override
    public void onRestoreStart(TopicPartition place, String store, long from, long to) {
      open.add(place + store);
    }

    @Override
    public void onBatchRestored(TopicPartition place, String store, long offset, long count) {
      records.add(count);
    }

    @Override
    public void onRestoreEnd(TopicPartition place, String store, long total) {
      open.remove(place + store);
    }

    boolean done(KafkaStreams streams) {
      return streams.state() == KafkaStreams.State.RUNNING && records.sum() > 0 && open.isEmpty();
    }
  }

  private Topology topology() {
    return new TrustTopology(codec, new TrustMeters(new SimpleMeterRegistry()), settings())
        .topology();
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

  private KafkaConsumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        with("isolation.level", "read_committed", "fetch.max.wait.ms", 20),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        with("linger.ms", 1, "acks", "all"), new StringSerializer(), new ByteArraySerializer());
  }

  /** As the service has them, but for its name and places, and a thread for each core. */
  private Properties properties(String name, Path folder) {
    Properties properties = new Properties();
    try {
      ConfigSource service =
          new YamlConfigSource(StreamsBench.class.getResource("/application.yaml"));
      for (String key : service.getPropertyNames()) {
        if (key.startsWith(PREFIX)) {
          properties.put(key.substring(PREFIX.length()), service.getValue(key));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    properties.putAll(kafka);
    properties.put("application.id", name);
    properties.put("state.dir", folder.toString());
    int cores = Runtime.getRuntime().availableProcessors();
    properties.put("num.stream.threads", Math.min(cores, Topics.FEEDBACK_EVENTS.partitions()));
    properties.putAll(others);
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

  /** Sends so many; their ids. */
  private Set<String> backlog(KafkaProducer<String, byte[]> producer, int events, int users) {
    Set<String> ids = new HashSet<>();
    int first = items;
    items += events / 2 + 1;
    for (int i = 0; i < events; i++) {
      FeedbackGiven given = feedback(random.nextInt(users), first + i / 2);
      ids.add(given.getFeedbackId());
      send(producer, given);
    }
    producer.flush();
    return ids;
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
