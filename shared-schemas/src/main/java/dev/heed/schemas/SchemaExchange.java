package dev.heed.schemas;

import dev.heed.schemas.events.SchemaAnnounced;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Schemas travel with the data: announces what a service writes in {@code heed.schemas} before its
 * first event, and teaches a catalog what others announce. No registry server is needed.
 */
public final class SchemaExchange implements AutoCloseable {

  private static final Duration POLL = Duration.ofSeconds(1);

  private final Map<String, Object> kafka;
  private final SchemaCatalog catalog;
  private final KafkaConsumer<String, byte[]> consumer;
  private final long end;
  private final Thread listener;

  /**
   * Announces, reads what is there already, then listens in the background until closed.
   *
   * @param kafka client configuration: at least {@code bootstrap.servers}
   * @param service the announcing service
   * @throws IllegalStateException when Kafka does not take an announcement
   */
  public SchemaExchange(Map<String, Object> kafka, String service, SchemaCatalog catalog) {
    this.kafka = Map.copyOf(kafka);
    this.catalog = catalog;
    announce(kafka, service);
    consumer =
        new KafkaConsumer<>(
            withoutGroup(kafka), new StringDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions = List.of(new TopicPartition(Topics.SCHEMAS.name(), 0));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    end = consumer.endOffsets(partitions).get(partitions.getFirst());
    listener = Thread.ofVirtual().name("schema-exchange").start(this::listen);
  }

  /** Every replica reads all announcements and commits nothing. */
  private static Map<String, Object> withoutGroup(Map<String, Object> kafka) {
    Map<String, Object> config = new HashMap<>(kafka);
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return config;
  }

  private static void announce(Map<String, Object> kafka, String service) {
    EventCodec codec = EventCodec.ofKnown();
    try (var producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      for (Topic topic : Topics.writtenBy(service)) {
        for (var type : topic.events()) {
          Schema schema = SchemaCatalog.schemaOf(type);
          String fingerprint = "%016x".formatted(SchemaCatalog.fingerprint(schema));
          var event = new SchemaAnnounced(fingerprint, schema.toString(), service, Instant.now());
          producer
              .send(EventRecords.record(codec, Topics.SCHEMAS, fingerprint, event, service))
              .get();
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka did not take the schemas of " + service, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while announcing schemas", e);
    }
  }

  private void listen() {
    EventCodec codec = EventCodec.ofKnown();
    try (consumer) {
      while (!Thread.currentThread().isInterrupted()) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          learn(codec, record);
        }
      }
    } catch (WakeupException e) {
      // close() asked for it
    }
  }

  private void learn(EventCodec codec, ConsumerRecord<String, byte[]> record) {
    try {
      catalog.learn(
          new Schema.Parser()
              .parse(codec.decode(record.value(), SchemaAnnounced.class).getDefinition()));
    } catch (UnreadableEventException e) {
      park(record, e.getMessage());
    } catch (SchemaParseException e) {
      park(record, "no Avro schema");
    }
  }

  /**
   * A damaged announcement teaches nothing, and events of that schema go to the dead letters as it
   * does. Every service reads all announcements, so there are as many copies as readers; one that
   * stood there before this reader began was parked by those of that time.
   */
  private void park(ConsumerRecord<String, byte[]> record, String cause) {
    if (record.offset() >= end) {
      DeadLetter.park(kafka, record, cause);
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      listener.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
