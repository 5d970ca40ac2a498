package dev.heed.inference.serving;

import dev.heed.inference.batching.Finish;
import dev.heed.schemas.DeadLetter;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.ReplyCancelled;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads all of chat.controls in every pod, without a group, so that a cancellation finds its prompt
 * wherever it runs. Starts a little before now: a prompt that is taken up after a rebalance may
 * have been cancelled already.
 */
@Startup
@ApplicationScoped
class ControlsListener {

  private static final Logger LOG = Logger.getLogger(ControlsListener.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration LOOK_BACK = Duration.ofMinutes(5);

  private final Map<String, Object> kafka;
  private final EventCodec codec;
  private final Engine engine;
  private final Cancellations cancellations;
  private final InferenceMetrics metrics;
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private KafkaConsumer<String, byte[]> consumer;
  private Thread thread;

  ControlsListener(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      EventCodec codec,
      Engine engine,
      Cancellations cancellations,
      InferenceMetrics metrics) {
    this.kafka = kafka;
    this.codec = codec;
    this.engine = engine;
    this.cancellations = cancellations;
    this.metrics = metrics;
  }

  @PostConstruct
  void start() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.putAll(
        Map.of(
            "enable.auto.commit",
            false,
            "isolation.level",
            "read_committed",
            "fetch.max.wait.ms",
            100,
            "auto.offset.reset",
            "latest"));
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    thread = Thread.ofVirtual().name("controls").start(this::listen);
  }

  private void listen() {
    try (KafkaConsumer<String, byte[]> mine = consumer) {
      boolean assigned = false;
      while (!Thread.currentThread().isInterrupted()) {
        try {
          if (!assigned) {
            seek();
            assigned = true;
          }
          for (ConsumerRecord<String, byte[]> record : mine.poll(POLL)) {
            take(record);
          }
        } catch (WakeupException e) {
          throw e;
        } catch (KafkaException e) {
          LOG.errorf("Cancellations cannot be read: %s", e.getClass().getSimpleName());
          LockSupport.parkNanos(POLL.toNanos());
        }
      }
    } catch (WakeupException e) {
      // stop() asked for it
    }
  }

  private void seek() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.CONTROLS.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    ends.putAll(consumer.endOffsets(partitions));
    Map<TopicPartition, Long> since = new HashMap<>();
    long start = Instant.now().minus(LOOK_BACK).toEpochMilli();
    partitions.forEach(partition -> since.put(partition, start));
    consumer
        .offsetsForTimes(since)
        .forEach(
            (partition, found) -> {
              if (found != null) {
                consumer.seek(partition, found.offset());
              }
            });
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    try {
      String replyId = codec.decode(record.value(), ReplyCancelled.class).getReplyId();
      cancellations.add(replyId);
      engine.ready().ifPresent(l -> l.engine().scheduler().stop(replyId, Finish.CANCELLED));
    } catch (UnreadableEventException e) {
      park(record, e.getMessage());
    }
  }

  /** Every pod reads all controls, so there are as many copies as pods that ran when it came. */
  private void park(ConsumerRecord<String, byte[]> record, String cause) {
    metrics.deadLetter();
    LOG.warnf("A record of chat.controls goes to its dead letters: %s", cause);
    var partition = new TopicPartition(record.topic(), record.partition());
    if (record.offset() >= ends.getOrDefault(partition, 0L)) {
      DeadLetter.park(kafka, record, cause);
    }
  }

  @PreDestroy
  void stop() throws InterruptedException {
    consumer.wakeup();
    thread.join(Duration.ofSeconds(5));
  }
}
