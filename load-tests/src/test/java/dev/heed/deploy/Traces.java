package dev.heed.deploy;

import dev.heed.schemas.Topic;
import dev.heed.schemas.TopicContents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

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
    TopicContents.read(
        Map.of("bootstrap.servers", bootstrap),
        List.of(topic.name()),
        Duration.ofSeconds(60),
        record -> {
          String about = record.value() == null ? null : subject.apply(record.value());
          if (about != null) {
            traces.computeIfAbsent(about, _ -> new TreeSet<>()).add(trace(record));
          }
        });
    return traces;
  }

  private static String trace(ConsumerRecord<String, byte[]> record) {
    var header = record.headers().lastHeader("traceparent");
    return header == null
        ? "none"
        : new String(header.value(), StandardCharsets.UTF_8).split("-")[TRACE_ID];
  }
}
