package dev.heed.inference.serving;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.DraftChunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
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

/** The services around inference-service: writes what they write, sees what they would see. */
final class Tap implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final EventCodec codec = EventCodec.ofKnown();
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private final List<ConsumerRecord<String, byte[]>> seen = new ArrayList<>();

  Tap(String servers) {
    Map<String, Object> kafka = Map.of("bootstrap.servers", servers);
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
    consumer = new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic :
        List.of(
            Topics.DRAFTS.name(), Topics.PROMPTS.deadLetters(), Topics.CONTROLS.deadLetters())) {
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

  /** Waits until the chunks of a reply are as wanted. */
  List<DraftChunk> chunks(String conversationId, Predicate<List<DraftChunk>> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    List<DraftChunk> chunks = of(conversationId);
    while (!wanted.test(chunks)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("only " + chunks.size() + " chunks of " + conversationId);
      }
      consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
      chunks = of(conversationId);
    }
    return chunks;
  }

  /** Waits for a whole reply. */
  List<DraftChunk> reply(String conversationId) {
    return chunks(conversationId, c -> !c.isEmpty() && c.getLast().getLast());
  }

  /** Waits for a dead letter with this key. */
  byte[] dead(String key) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      for (var record : seen) {
        if (record.topic().endsWith(".dead") && key.equals(record.key())) {
          return record.value();
        }
      }
      consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
    }
    throw new AssertionError("no dead letter with key " + key);
  }

  private List<DraftChunk> of(String conversationId) {
    return seen.stream()
        .filter(r -> r.topic().equals(Topics.DRAFTS.name()) && conversationId.equals(r.key()))
        .map(r -> codec.decode(r.value(), DraftChunk.class))
        .toList();
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
