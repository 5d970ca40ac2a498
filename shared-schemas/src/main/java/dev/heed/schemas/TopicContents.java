package dev.heed.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what stands in topics now, from the beginning to the end, for tools and tests. */
public final class TopicContents {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration SMALL = Duration.ofSeconds(60);

  private TopicContents() {}

  /**
   * Hands over every committed record that stands in the topics when this is called; of one
   * partition in order.
   *
   * @param kafka how the broker is reached: {@code bootstrap.servers}, and its security
   * @param limit of the whole reading
   * @throws IllegalStateException when the limit passes before all is read
   */
  public static void read(
      Map<String, ?> kafka,
      Collection<String> topics,
      Duration limit,
      Consumer<ConsumerRecord<String, byte[]>> sink) {
    Map<String, Object> config = new HashMap<>(kafka);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long end = System.nanoTime() + limit.toNanos();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(POLL).forEach(sink);
        if (System.nanoTime() > end) {
          throw new IllegalStateException("cannot read all of " + topics);
        }
      }
    }
  }

  /** The records of one topic as a list, for topics that are known to be small. */
  public static List<ConsumerRecord<String, byte[]>> list(Map<String, ?> kafka, String topic) {
    List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
    read(kafka, List.of(topic), SMALL, all::add);
    return all;
  }
}
