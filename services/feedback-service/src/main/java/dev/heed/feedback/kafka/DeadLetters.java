package dev.heed.feedback.kafka;

import dev.heed.feedback.metrics.FeedbackMeters;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Puts what cannot be read into {@code <topic>.dead}, with the cause. A view is read anew at every
 * start, so only what came since the start is put there.
 */
@ApplicationScoped
public class DeadLetters {

  private final KafkaProducer<String, byte[]> producer;
  private final FeedbackMeters meters;

  DeadLetters(
      @Identifier("default-kafka-broker") Map<String, Object> kafka, FeedbackMeters meters) {
    this.producer =
        new KafkaProducer<>(
            new HashMap<>(kafka), new StringSerializer(), new ByteArraySerializer());
    this.meters = meters;
  }

  void park(ConsumerRecord<String, byte[]> record, String cause, boolean live) {
    meters.unreadable(record.topic());
    if (!live) {
      return;
    }
    var dead = new ProducerRecord<>(record.topic() + ".dead", record.key(), record.value());
    record.headers().forEach(dead.headers()::add);
    put(dead, "dead-letter-reason", cause);
    put(dead, "dead-letter-topic", record.topic());
    put(dead, "dead-letter-partition", Integer.toString(record.partition()));
    put(dead, "dead-letter-offset", Long.toString(record.offset()));
    producer.send(dead);
  }

  private static void put(ProducerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  @PreDestroy
  void stop() {
    producer.close();
  }
}
