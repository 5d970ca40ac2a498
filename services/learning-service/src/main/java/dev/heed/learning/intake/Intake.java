package dev.heed.learning.intake;

import dev.heed.learning.config.LearningConfig;
import dev.heed.learning.dataset.Dataset;
import dev.heed.learning.dataset.DatasetException;
import dev.heed.learning.deidentify.DatasetIds;
import dev.heed.learning.metrics.LearningMeters;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * One life of the reading of topics into a data set: from the offsets of the manifest until
 * something fails. Offsets are committed in the manifest and nowhere else, so every record is in
 * the data set exactly once, however often a life ends.
 */
final class Intake implements AutoCloseable {

  /** What is read. */
  static final List<Topic> TOPICS =
      List.of(Topics.TURNS, Topics.REPLIES, Topics.FEEDBACK_WEIGHTED, Topics.FEEDBACK_EVENTS);

  private static final Duration POLL = Duration.ofMillis(200);

  /** Opens the data set anew. */
  interface Opening {
    Dataset open() throws IOException;
  }

  private final Consumer<String, byte[]> consumer;
  private final EventCodec codec;
  private final DeadLetters deadLetters;
  private final Dataset dataset;
  private final Curator curator;
  private final LearningConfig config;
  private final LearningMeters meters;
  private final Map<String, Long> offsets = new HashMap<>();
  private long commitDue;

  /**
   * @param opening gives the data set, which this life owns
   * @param consumer not assigned to anything yet; stays the caller's
   */
  Intake(
      Opening opening,
      Consumer<String, byte[]> consumer,
      EventCodec codec,
      DeadLetters deadLetters,
      DatasetIds ids,
      LearningConfig config,
      LearningMeters meters)
      throws IOException {
    this.consumer = consumer;
    this.codec = codec;
    this.deadLetters = deadLetters;
    this.config = config;
    this.meters = meters;
    this.dataset = opening.open();
    this.curator = new Curator(dataset, ids, config, meters);
    this.commitDue = System.nanoTime() + config.commitInterval().toNanos();
    try {
      seek();
    } catch (RuntimeException e) {
      dataset.close();
      throw e;
    }
  }

  private void seek() {
    List<TopicPartition> partitions =
        TOPICS.stream()
            .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException("the topics do not exist yet");
    }
    consumer.assign(partitions);
    for (TopicPartition partition : partitions) {
      Long offset = dataset.manifest().offsets().get(name(partition));
      if (offset == null) {
        consumer.seekToBeginning(List.of(partition));
      } else {
        consumer.seek(partition, offset);
      }
    }
    var manifest = dataset.manifest();
    meters.committed(manifest.rowCount(), manifest.byteCount());
  }

  private static String name(TopicPartition partition) {
    return partition.topic() + "/" + partition.partition();
  }

  /** Reads what there is, and commits when it is time. */
  void step() throws IOException {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
      take(record);
      // Records that make no row move the offset too.
      offsets.put(record.topic() + "/" + record.partition(), record.offset() + 1);
      if (full()) {
        commit();
      }
    }
    meters.lag(
        consumer.assignment().stream().mapToLong(p -> consumer.currentLag(p).orElse(0)).sum());
    boolean due = System.nanoTime() - commitDue >= 0;
    if (due && !offsets.isEmpty()) {
      commit();
    }
  }

  private boolean full() {
    return dataset.pending() >= config.commitRows()
        || dataset.pendingBytes() >= config.commitSize().asLongValue();
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null && isCompacted(record.topic()) && record.key() != null) {
      curator.forget(record.key(), Instant.ofEpochMilli(record.timestamp()));
      return;
    }
    try {
      SpecificRecord event = codec.decode(record.value());
      requireRightPlace(record.topic(), event);
      curator.take(event);
    } catch (UnreadableEventException e) {
      deadLetters.park(record, Objects.requireNonNullElse(e.getMessage(), "unreadable"));
    } catch (RuntimeException e) {
      // A well-formed record with impossible contents must not stop all others.
      deadLetters.park(record, e.getClass().getSimpleName());
    }
  }

  private static boolean isCompacted(String topic) {
    return topic.equals(Topics.FEEDBACK_WEIGHTED.name());
  }

  private static void requireRightPlace(String topic, SpecificRecord event) {
    boolean belongs =
        TOPICS.stream()
            .anyMatch(t -> t.name().equals(topic) && t.events().contains(event.getClass()));
    if (!belongs) {
      throw new UnreadableEventException("a " + event.getSchema().getName() + " out of place");
    }
  }

  /** Makes durable what was read so far. */
  void commit() throws IOException {
    deadLetters.flush();
    dataset.commit(offsets);
    offsets.clear();
    commitDue = System.nanoTime() + config.commitInterval().toNanos();
    var manifest = dataset.manifest();
    meters.committed(manifest.rowCount(), manifest.byteCount());
  }

  /** True when nothing that was read waits for a commit. */
  boolean settled() {
    return offsets.isEmpty() && dataset.pending() == 0;
  }

  @Override
  public void close() throws IOException, DatasetException {
    dataset.close();
  }
}
