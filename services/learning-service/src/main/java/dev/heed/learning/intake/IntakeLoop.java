package dev.heed.learning.intake;

import dev.heed.learning.config.LearningConfig;
import dev.heed.learning.dataset.Dataset;
import dev.heed.learning.dataset.DatasetException;
import dev.heed.learning.deidentify.DatasetIds;
import dev.heed.learning.metrics.LearningMeters;
import dev.heed.schemas.EventCodec;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Keeps the intake going: one life after another, each from the last commit, until it is stopped.
 */
@Startup
@ApplicationScoped
public class IntakeLoop {

  private static final Logger LOG = Logger.getLogger(IntakeLoop.class);
  private static final Duration GOODBYE = Duration.ofSeconds(8);

  private final LearningConfig config;
  private final LearningMeters meters;
  private final EventCodec codec;
  private final KafkaConsumer<String, byte[]> consumer;
  private final KafkaProducer<String, byte[]> producer;
  private final DatasetIds ids;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean running;

  IntakeLoop(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      LearningConfig config,
      LearningMeters meters,
      DatasetIds ids,
      EventCodec codec)
      throws IOException {
    this.config = config;
    this.meters = meters;
    this.ids = ids;
    this.codec = codec;
    // What cannot heal by itself shall stop the start: a data set in use.
    Dataset.open(folder(), config.segmentSize().asLongValue()).close();
    consumer =
        new KafkaConsumer<>(
            consumerConfig(kafka), new StringDeserializer(), new ByteArrayDeserializer());
    producer =
        new KafkaProducer<>(
            producerConfig(kafka), new StringSerializer(), new ByteArraySerializer());
    thread = Thread.ofPlatform().name("intake").start(this::run);
  }

  private Path folder() {
    return config.dataDir().resolve("dataset");
  }

  static Map<String, Object> consumerConfig(Map<String, Object> kafka) {
    Map<String, Object> consumer = new HashMap<>(kafka);
    consumer.remove(ConsumerConfig.GROUP_ID_CONFIG);
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    return consumer;
  }

  private static Map<String, Object> producerConfig(Map<String, Object> kafka) {
    Map<String, Object> producer = new HashMap<>(kafka);
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return producer;
  }

  private void run() {
    while (!stopping) {
      try (Intake intake = life()) {
        running = true;
        while (!stopping) {
          intake.step();
        }
        intake.commit();
      } catch (WakeupException e) {
        // asked to stop; what is not committed is read again at the next start
      } catch (IOException | DatasetException e) {
        failed(true, e);
      } catch (RuntimeException e) {
        failed(false, e);
      }
    }
  }

  private Intake life() throws IOException {
    return new Intake(
        () -> Dataset.open(folder(), config.segmentSize().asLongValue()),
        consumer,
        codec,
        new DeadLetters(producer, meters),
        ids,
        config,
        meters);
  }

  private void failed(boolean disk, Exception e) {
    running = false;
    meters.failed(disk);
    LOG.errorf("%s failed (%s), trying again", disk ? "the data set" : "Kafka", e.getClass());
    try {
      Thread.sleep(config.retryAfter());
    } catch (InterruptedException interrupted) {
      stopping = true;
    }
  }

  /** True while events are taken up. */
  boolean running() {
    return running;
  }

  @PreDestroy
  void stop() throws InterruptedException {
    stopping = true;
    thread.join(GOODBYE);
    consumer.wakeup();
    thread.join(GOODBYE);
    consumer.close();
    producer.close();
  }
}
