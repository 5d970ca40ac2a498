package dev.heed.load;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topic;
import dev.heed.schemas.UnreadableEventException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads whole topics, committed records only, as they stand when it is asked. */
final class TopicsAfter {

  private static final Duration STUCK = Duration.ofSeconds(60);

  private final Map<String, Object> kafka;
  private final EventCodec codec = EventCodec.ofKnown();

  TopicsAfter(String bootstrap) {
    kafka =
        Map.of(
            "bootstrap.servers", bootstrap,
            "isolation.level", "read_committed",
            "enable.auto.commit", "false",
            "default.api.timeout.ms", "30000");
  }

  /** Hands over every event of a type that stands in the topic now. */
  <T extends SpecificRecord> void read(Topic topic, Class<T> type, Consumer<T> sink) {
    try (var consumer =
        new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long limit = System.nanoTime() + STUCK.toNanos();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          deliver(record, type, sink);
        }
        if (System.nanoTime() > limit) {
          throw new IllegalStateException("cannot read all of " + topic.name());
        }
      }
    }
  }

  private <T extends SpecificRecord> void deliver(
      ConsumerRecord<String, byte[]> record, Class<T> type, Consumer<T> sink) {
    if (record.value() == null) {
      return; // a tombstone
    }
    try {
      SpecificRecord event = codec.decode(record.value());
      if (type.isInstance(event)) {
        sink.accept(type.cast(event));
      }
    } catch (UnreadableEventException e) {
      throw new IllegalStateException("a record of " + record.topic() + " cannot be read", e);
    }
  }
}
