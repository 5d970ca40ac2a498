package dev.heed.trust.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.trust.config.TrustConfig;
import dev.heed.trust.metrics.TrustMeters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/**
 * feedback.events and safety.verdicts, both keyed by person, become feedback.weighted and
 * trust.scores. The crowd of an item is the people of the same partition (docs/adr/0004); what
 * reviewers say goes by way of review.tasks to all partitions, as anybody's may hold raters of it.
 */
@ApplicationScoped
public class TrustTopology {

  static final String DEAD = "dead-letters";

  /** The sink of questions to reviewers. */
  static final String QUESTIONS = "questions";

  /** The sink of answers, into every partition. */
  static final String GOLD = "gold";

  private static final String WEIGHER = "weigher";

  private final EventCodec codec;
  private final TrustMeters meters;
  private final TrustConfig config;

  TrustTopology(EventCodec codec, TrustMeters meters, TrustConfig config) {
    this.codec = codec;
    this.meters = meters;
    this.config = config;
  }

  /** Built by Quarkus' Kafka Streams at start. */
  @Produces
  @Singleton
  Topology topology() {
    Topology topology = new Topology();
    topology.addSource(
        "people",
        new StringDeserializer(),
        new ByteArrayDeserializer(),
        Topics.FEEDBACK_EVENTS.name(),
        Topics.VERDICTS.name(),
        Topics.REVIEW_TASKS.name());
    topology.addProcessor(WEIGHER, () -> new Weigher(codec, meters, config), "people");
    for (Store store : Store.values()) {
      topology.addStateStore(
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore(store.storeName()),
              Serdes.String(),
              Serdes.ByteArray()),
          WEIGHER);
    }
    topology.addStateStore(new AtCommit.Builder(), WEIGHER);
    sinks(topology);
    return topology;
  }

  private static void sinks(Topology topology) {
    var keys = new StringSerializer();
    var values = new ByteArraySerializer();
    for (String topic :
        new String[] {Topics.FEEDBACK_WEIGHTED.name(), Topics.TRUST_SCORES.name()}) {
      topology.addSink(topic, topic, keys, values, WEIGHER);
    }
    String tasks = Topics.REVIEW_TASKS.name();
    topology.addSink(QUESTIONS, tasks, keys, values, WEIGHER);
    topology.addSink(GOLD, tasks, keys, values, new ToAll(), WEIGHER);
    topology.addSink(
        DEAD, (key, value, context) -> context.topic() + ".dead", keys, values, WEIGHER);
  }

  /** Every partition gets the record. */
  private static final class ToAll implements StreamPartitioner<String, byte[]> {

    @Override
    public Optional<Set<Integer>> partitions(
        String topic, String key, byte[] value, int numPartitions) {
      return Optional.of(IntStream.range(0, numPartitions).boxed().collect(Collectors.toSet()));
    }
  }
}
