package dev.heed.learning.topics;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/** Writes what this service decides to topics. What counts is on the disk before it comes here. */
@ApplicationScoped
public class Announcer {

  private static final Logger LOG = Logger.getLogger(Announcer.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_WAITING = 64;

  private final KafkaProducer<String, byte[]> producer;
  private final EventCodec codec;

  /** One after another; when Kafka is away the oldest are left out. */
  private final ThreadPoolExecutor told =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().daemon().name("announcer").factory(),
          new ThreadPoolExecutor.DiscardOldestPolicy());

  Announcer(@Identifier("default-kafka-broker") Map<String, Object> kafka, EventCodec codec) {
    this.codec = codec;
    Map<String, Object> config = new HashMap<>(kafka);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) PATIENCE.toMillis());
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Returns when Kafka has it.
   *
   * @throws KafkaException when it does not take it in time
   */
  public void announce(Topic topic, String key, SpecificRecord event) {
    try {
      producer
          .send(EventRecords.record(codec, topic, key, event, Topics.LEARNING))
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("an event was not taken", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  /** Returns at once. What Kafka does not take is left out: something newer will be told. */
  public void tell(Topic topic, String key, SpecificRecord event) {
    told.execute(
        () -> {
          try {
            announce(topic, key, event);
          } catch (KafkaException e) {
            LOG.warnf("%s was not told: %s", topic.name(), e.getMessage());
          }
        });
  }

  @PreDestroy
  void stop() throws InterruptedException {
    told.shutdown();
    told.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    producer.close(PATIENCE);
  }
}
