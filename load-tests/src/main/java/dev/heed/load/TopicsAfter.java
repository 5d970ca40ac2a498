package dev.heed.load;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topic;
import dev.heed.schemas.TopicContents;
import dev.heed.schemas.UnreadableEventException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads whole topics, committed records only, as they stand when it is asked. */
final class TopicsAfter {

  private static final Duration STUCK = Duration.ofSeconds(60);

  private final Map<String, Object> kafka;
  private final EventCodec codec = EventCodec.ofKnown();

  TopicsAfter(String bootstrap) {
    kafka = Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", "30000");
  }

  /** Hands over every event of a type that stands in the topic now. */
  <T extends SpecificRecord> void read(Topic topic, Class<T> type, Consumer<T> sink) {
    TopicContents.read(kafka, List.of(topic.name()), STUCK, record -> deliver(record, type, sink));
  }

  /** Hands over every event with the time of its record, in milliseconds. */
  void readTimed(Topic topic, ObjLongConsumer<SpecificRecord> sink) {
    TopicContents.read(
        kafka,
        List.of(topic.name()),
        STUCK,
        record ->
            deliver(record, SpecificRecord.class, event -> sink.accept(event, record.timestamp())));
  }

  /** How far the groups of consumers are. */
  CaughtUp groups() {
    return new CaughtUp(kafka.get("bootstrap.servers").toString());
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
