package dev.heed.trust.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.trust.metrics.TrustMeters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * feedback.events and safety.verdicts, both keyed by person, become feedback.weighted and
 * trust.scores. The crowd of an item is the people of the same partition (docs/adr/0004).
 */
@ApplicationScoped
public class TrustTopology {

  static final String DEAD = "dead-letters";
  private static final String WEIGHER = "weigher";

  private final EventCodec codec;
  private final TrustMeters meters;

  TrustTopology(EventCodec codec, TrustMeters meters) {
    this.codec = codec;
    this.meters = meters;
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
        Topics.VERDICTS.name());
    topology.addProcessor(WEIGHER, () -> new Weigher(codec, meters), "people");
    for (String store : Weigher.STORES) {
      topology.addStateStore(
          Stores.keyValueStoreBuilder(
              Stores.persistentKeyValueStore(store), Serdes.String(), Serdes.ByteArray()),
          WEIGHER);
    }
    var keys = new StringSerializer();
    var values = new ByteArraySerializer();
    for (String topic :
        new String[] {Topics.FEEDBACK_WEIGHTED.name(), Topics.TRUST_SCORES.name()}) {
      topology.addSink(topic, topic, keys, values, WEIGHER);
    }
    topology.addSink(
        DEAD, (key, value, context) -> context.topic() + ".dead", keys, values, WEIGHER);
    return topology;
  }
}
