package dev.heed.deploy;

import dev.heed.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Which traces the records of a topic belong to, by their {@code traceparent} header. */
final class Traces {

  private static final int TRACE_ID = 1;

  private Traces() {}

  /**
   * Trace ids by what the records are about.
   *
   * @param subject names what a record is about; null: it does not matter
   * @return by subject; the trace id {@code none} where a record has no header
   */
  static Map<String, Set<String>> of(
      String bootstrap, Topic topic, Function<byte[], String> subject) {
    Map<String, Set<String>> traces = new TreeMap<>();
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          String about = record.value() == null ? null : subject.apply(record.value());
          if (about != null) {
            traces.computeIfAbsent(about, _ -> new TreeSet<>()).add(trace(record));
          }
        }
      }
    }
    return traces;
  }

  private static String trace(ConsumerRecord<String, byte[]> record) {
    var header = record.headers().lastHeader("traceparent");
    return header == null
        ? "none"
        : new String(header.value(), StandardCharsets.UTF_8).split("-")[TRACE_ID];
  }
}
