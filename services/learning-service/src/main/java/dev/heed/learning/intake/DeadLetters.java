package dev.heed.learning.intake;

import dev.heed.learning.metrics.LearningMeters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Puts what cannot be read into {@code <topic>.dead}, with the cause. The offset behind it is
 * committed only after Kafka has it there.
 */
final class DeadLetters {

  private final Producer<String, byte[]> producer;
  private final LearningMeters meters;
  private final List<Future<RecordMetadata>> underWay = new ArrayList<>();

  DeadLetters(Producer<String, byte[]> producer, LearningMeters meters) {
    this.producer = producer;
    this.meters = meters;
  }

  void park(ConsumerRecord<String, byte[]> record, String cause) {
    var dead = new ProducerRecord<>(record.topic() + ".dead", record.key(), record.value());
    record.headers().forEach(dead.headers()::add);
    put(dead, "dead-letter-reason", cause);
    put(dead, "dead-letter-topic", record.topic());
    put(dead, "dead-letter-partition", Integer.toString(record.partition()));
    put(dead, "dead-letter-offset", Long.toString(record.offset()));
    underWay.add(producer.send(dead));
    meters.unreadable(record.topic());
  }

  private static void put(ProducerRecord<String, byte[]> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Waits until Kafka has all of them.
   *
   * @throws KafkaException when it does not take one
   */
  void flush() {
    try {
      for (Future<RecordMetadata> sent : underWay) {
        sent.get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException("a dead letter was not taken", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    } finally {
      underWay.clear();
    }
  }
}
