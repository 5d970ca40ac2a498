package dev.heed.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What cannot be read, as it is put into {@code <topic>.dead}: unchanged, with the cause. */
public final class DeadLetter {

  private DeadLetter() {}

  /**
   * The record to send.
   *
   * @param cause why; holds nothing that a person wrote
   */
  public static ProducerRecord<String, byte[]> of(
      ConsumerRecord<String, byte[]> record, String cause) {
    var dead = new ProducerRecord<>(record.topic() + ".dead", record.key(), record.value());
    record.headers().forEach(dead.headers()::add);
    put(dead, "dead-letter-reason", cause);
    put(dead, "dead-letter-topic", record.topic());
    put(dead, "dead-letter-partition", Integer.toString(record.partition()));
    put(dead, "dead-letter-offset", Long.toString(record.offset()));
    return dead;
  }

  /**
   * Puts one aside on a connection of its own, for readers that hardly ever have to.
   *
   * @param kafka client configuration: at least {@code bootstrap.servers}
   * @param cause as above
   */
  public static void park(
      Map<String, Object> kafka, ConsumerRecord<String, byte[]> record, String cause) {
    try (var producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      var unused = producer.send(of(record, cause));
    }
  }

  private static void put(ProducerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
