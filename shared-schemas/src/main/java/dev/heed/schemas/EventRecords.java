package dev.heed.schemas;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Builds what a plain Kafka producer sends: key, encoded event, CloudEvents headers. */
public final class EventRecords {

  private EventRecords() {}

  /**
   * A record ready to send.
   *
   * @param source the service that writes it; must be one of the topic's writers
   */
  public static ProducerRecord<String, byte[]> record(
      EventCodec codec, Topic topic, String key, SpecificRecord event, String source) {
    check(topic, event, source);
    return new ProducerRecord<>(
        topic.name(),
        null,
        key,
        codec.encode(event),
        CloudEvents.headers(Uuid7.randomString(), source, event));
  }

  static void check(Topic topic, SpecificRecord event, String source) {
    if (!topic.events().contains(event.getClass())) {
      throw new IllegalArgumentException(
          topic.name() + " does not hold " + event.getSchema().getName());
    }
    if (!topic.writers().contains(source)) {
      throw new IllegalArgumentException(source + " may not write " + topic.name());
    }
  }
}
