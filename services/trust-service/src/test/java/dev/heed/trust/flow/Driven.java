package dev.heed.trust.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.TrustScore;
import dev.heed.trust.Samples;
import dev.heed.trust.config.TrustConfig;
import dev.heed.trust.metrics.TrustMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;

/** The topology over Kafka Streams' own driver: real stores, no broker. */
final class Driven implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  final EventCodec codec = EventCodec.ofKnown();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final TopologyTestDriver driver;
  private final TestInputTopic<String, byte[]> feedback;

  Driven(Path state, Map<String, String> settings) {
    Properties config = new Properties();
    config.put("application.id", "trust-test");
    config.put("bootstrap.servers", "unused:1");
    config.put("state.dir", state.toString());
    var topology =
        new TrustTopology(codec, new TrustMeters(registry), settings(settings)).topology();
    driver = new TopologyTestDriver(topology, config, NOW);
    feedback = in(Topics.FEEDBACK_EVENTS.name());
  }

  static TrustConfig settings(Map<String, String> settings) {
    return new SmallRyeConfigBuilder()
        .withMapping(TrustConfig.class)
        .withConverter(Duration.class, 300, new DurationConverter())
        .withDefaultValues(settings)
        .build()
        .getConfigMapping(TrustConfig.class);
  }

  TestInputTopic<String, byte[]> in(String topic) {
    return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
  }

  TestOutputTopic<String, byte[]> out(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  KeyValueStore<String, byte[]> store(Store store) {
    return driver.getKeyValueStore(store.storeName());
  }

  /** Entries of a store. */
  long size(Store store) {
    try (var all = store(store).all()) {
      long size = 0;
      for (; all.hasNext(); all.next()) {
        size++;
      }
      return size;
    }
  }

  FeedbackGiven give(FeedbackGiven given) {
    send(given.getPseudonym(), given);
    return given;
  }

  FeedbackGiven rate(String user, String reply, String label, double unsafe) {
    return give(Samples.feedback(user, reply, label, unsafe).build());
  }

  FeedbackGiven review(String reviewer, String reply, String label) {
    return give(Samples.feedback(reviewer, reply, label, .5).setKind(FeedbackKind.REVIEW).build());
  }

  void send(String key, SpecificRecord event) {
    feedback.pipeInput(key, codec.encode(event));
  }

  static FeedbackGiven retraction(FeedbackGiven given, String by) {
    return Samples.feedback(by, given.getReplyId(), null, .5)
        .setKind(FeedbackKind.RETRACT)
        .setRetracts(given.getFeedbackId())
        .build();
  }

  List<KeyValue<String, byte[]>> records(String topic) {
    return out(topic).readKeyValuesToList();
  }

  List<FeedbackWeighted> weighted() {
    return out(Topics.FEEDBACK_WEIGHTED.name()).readValuesToList().stream()
        .map(bytes -> codec.decode(bytes, FeedbackWeighted.class))
        .toList();
  }

  /** The last version of a piece of feedback among those. */
  static FeedbackWeighted last(List<FeedbackWeighted> all, FeedbackGiven given) {
    return all.stream()
        .filter(w -> w.getFeedbackId().equals(given.getFeedbackId()))
        .reduce((_, later) -> later)
        .orElseThrow();
  }

  List<TrustScore> scores() {
    return out(Topics.TRUST_SCORES.name()).readValuesToList().stream()
        .map(bytes -> codec.decode(bytes, TrustScore.class))
        .toList();
  }

  List<ReviewTask> tasks() {
    return out(Topics.REVIEW_TASKS.name()).readValuesToList().stream()
        .map(bytes -> codec.decode(bytes, ReviewTask.class))
        .toList();
  }

  @Override
  public void close() {
    driver.close();
  }
}
