package dev.heed.feedback.kafka;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topic;
import dev.heed.schemas.UnreadableEventException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads all of a topic from its beginning, without a group, and goes on for ever: the way every
 * replica gets the same view. It has caught up when it has passed what was there at its start.
 *
 * @param <T> the event that is taken up; other types are passed over
 */
final class TopicTail<T extends SpecificRecord> implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(TopicTail.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  /** Told of a record that cannot be read. */
  interface Unreadable {

    /**
     * @param live it came after this reader's start, so that nobody has told of it before
     */
    void record(ConsumerRecord<String, byte[]> record, String cause, boolean live);
  }

  private final Topic topic;
  private final Class<T> type;
  private final EventCodec codec;
  private final Consumer<T> sink;
  private final Unreadable unreadable;
  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread thread;
  private final Map<TopicPartition, Long> startEnds = new HashMap<>();
  private final AtomicLong lag = new AtomicLong();
  private volatile boolean caughtUp;
  private volatile boolean closing;

  TopicTail(
      Map<String, Object> kafka,
      Topic topic,
      Class<T> type,
      EventCodec codec,
      Consumer<T> sink,
      Unreadable unreadable) {
    this.topic = topic;
    this.type = type;
    this.codec = codec;
    this.sink = sink;
    this.unreadable = unreadable;
    this.consumer =
        new KafkaConsumer<>(config(kafka), new StringDeserializer(), new ByteArrayDeserializer());
    this.thread = Thread.ofPlatform().name("tail-" + topic.name()).daemon().start(this::run);
  }

  private static Map<String, Object> config(Map<String, Object> kafka) {
    Map<String, Object> config = Beans.withoutGroup(kafka);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    return config;
  }

  private void run() {
    try (consumer) {
      while (!closing) {
        try {
          step();
        } catch (WakeupException e) {
          // close() asked for it
        } catch (KafkaException | IllegalStateException e) {
          // IllegalStateException: the topic does not exist yet, so nothing is assigned.
          LOG.warnf("reading %s failed (%s), trying again", topic.name(), e.getClass().getName());
          pause();
        }
      }
    }
  }

  private void step() {
    if (startEnds.isEmpty()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      startEnds.putAll(consumer.endOffsets(partitions));
    }
    consumer.poll(POLL).forEach(this::take);
    measure();
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    try {
      SpecificRecord event = codec.decode(record.value());
      if (type.isInstance(event)) {
        sink.accept(type.cast(event));
      } else if (!topic.events().contains(event.getClass())) {
        throw new UnreadableEventException("a " + event.getSchema().getName() + " out of place");
      }
    } catch (UnreadableEventException e) {
      unreadable.record(record, e.getMessage(), isLive(record));
    } catch (RuntimeException e) {
      // A well-formed record with impossible contents must not end the reading of all others.
      unreadable.record(record, e.getClass().getSimpleName(), isLive(record));
    }
  }

  private boolean isLive(ConsumerRecord<String, byte[]> record) {
    var partition = new TopicPartition(record.topic(), record.partition());
    return record.offset() >= startEnds.getOrDefault(partition, 0L);
  }

  private void measure() {
    long behind = 0;
    boolean passed = true;
    for (var end : startEnds.entrySet()) {
      behind += consumer.currentLag(end.getKey()).orElse(0);
      passed = passed && consumer.position(end.getKey()) >= end.getValue();
    }
    lag.set(behind);
    caughtUp = caughtUp || passed;
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_AFTER_FAILURE);
    } catch (InterruptedException e) {
      closing = true;
    }
  }

  /** True once everything that was there at the start has been read. */
  boolean caughtUp() {
    return caughtUp;
  }

  /** Records that are there and not read. */
  long lag() {
    return lag.get();
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
