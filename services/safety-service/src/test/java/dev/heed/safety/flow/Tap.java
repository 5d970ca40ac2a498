package dev.heed.safety.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The services around safety-service: writes what they write, sees what they would see. */
final class Tap implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final EventCodec codec = EventCodec.ofKnown();
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

  Tap(String servers, String... topics) {
    Map<String, Object> kafka = Map.of("bootstrap.servers", servers);
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
    consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  void write(Topic topic, String key, SpecificRecord event) {
    send(EventRecords.record(codec, topic, key, event, topic.writers().getFirst()));
  }

  void writeRaw(String topic, String key, byte[] value) {
    send(new ProducerRecord<>(topic, key, value));
  }

  private void send(ProducerRecord<String, byte[]> record) {
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for this many records of a topic and key; those read before count. */
  List<ConsumerRecord<String, byte[]>> await(String topic, String key, int count) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (of(topic, key).size() < count) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "only " + of(topic, key).size() + " of " + count + " records in " + topic);
      }
      consumer.poll(Duration.ofMillis(200)).forEach(seen::add);
    }
    return of(topic, key);
  }

  /** Waits for events of a topic and key. */
  <T extends SpecificRecord> List<T> events(Topic topic, String key, int count, Class<T> type) {
    return await(topic.name(), key, count).stream()
        .map(record -> codec.decode(record.value(), type))
        .toList();
  }

  /** What was read so far. */
  List<ConsumerRecord<String, byte[]>> of(String topic, String key) {
    return seen.stream()
        .filter(record -> record.topic().equals(topic) && key.equals(record.key()))
        .toList();
  }

  /** Every event of a topic that was read so far. */
  <T extends SpecificRecord> List<T> seen(Topic topic, Class<T> type) {
    return seen.stream()
        .filter(record -> record.topic().equals(topic.name()))
        .map(record -> codec.decode(record.value(), type))
        .toList();
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
