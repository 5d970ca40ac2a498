package dev.heed.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topic;
import dev.heed.schemas.TopicContents;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.SchemaAnnounced;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The table of records that nobody can read: seven kinds for each of the eleven topics that
 * somebody reads. Each must come to lie, unchanged, in the topic's dead letters.
 */
final class Poison {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Every topic with a reader; trust.scores is written for others. */
  private static final List<Topic> READ =
      List.of(
          Topics.TURNS,
          Topics.PROMPTS,
          Topics.DRAFTS,
          Topics.REPLIES,
          Topics.CONTROLS,
          Topics.VERDICTS,
          Topics.FEEDBACK_EVENTS,
          Topics.FEEDBACK_WEIGHTED,
          Topics.REVIEW_TASKS,
          Topics.MODEL_RELEASES,
          Topics.SCHEMAS);

  /** In a compacted topic a record without a value is no poison: it takes one back. */
  private static final List<Topic> MAY_HAVE_TOMBSTONES =
      List.of(Topics.FEEDBACK_WEIGHTED, Topics.MODEL_RELEASES);

  private record Row(Topic topic, String kind, String key, byte[] value) {}

  private final Map<String, Object> kafka;

  Poison(String bootstrap) {
    this.kafka = Map.of("bootstrap.servers", bootstrap);
  }

  /** Sends all of it and waits until each record lies in its dead letters; returns how many. */
  int sendAndAwait() throws ExecutionException, InterruptedException {
    List<Row> table = table();
    try (var producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      for (Row row : table) {
        producer.send(new ProducerRecord<>(row.topic().name(), row.key(), row.value())).get();
      }
    }
    try {
      await().atMost(PATIENCE).until(() -> missing(table).isEmpty());
    } catch (ConditionTimeoutException e) {
      assertEquals(List.of(), missing(table), "not parked");
    }
    return table.size();
  }

  private static List<Row> table() {
    List<Row> table = new ArrayList<>();
    for (Topic topic : READ) {
      kinds(topic)
          .forEach((kind, value) -> table.add(new Row(topic, kind, Uuid7.randomString(), value)));
      if (!MAY_HAVE_TOMBSTONES.contains(topic)) {
        table.add(new Row(topic, "tombstone", Uuid7.randomString(), null));
      }
    }
    return table;
  }

  private static Map<String, byte[]> kinds(Topic topic) {
    var foreign =
        topic.equals(Topics.CONTROLS)
            ? new SchemaAnnounced("0", "{}", "nobody", Instant.now())
            : new ReplyCancelled("c", "r", CancelReason.STOPPED, Instant.now());
    byte[] whole = EventCodec.ofKnown().encode(foreign);
    byte[] unknown = whole.clone();
    unknown[5] ^= 0x55;
    Map<String, byte[]> kinds = new LinkedHashMap<>();
    kinds.put("no bytes", new byte[0]);
    kinds.put("text", "{\"not\": \"avro\"}".getBytes(StandardCharsets.UTF_8));
    kinds.put("cut off", Arrays.copyOf(whole, whole.length - 3));
    kinds.put("bytes left over", Arrays.copyOf(whole, whole.length + 3));
    kinds.put("unknown schema version", unknown);
    kinds.put("an event of another topic", whole);
    return kinds;
  }

  /** The rows that are not parked yet, in words. */
  private List<String> missing(List<Row> table) {
    Map<String, byte[]> parked = new LinkedHashMap<>();
    for (Topic topic : READ) {
      TopicContents.list(kafka, topic.deadLetters())
          .forEach(record -> parked.put(topic.name() + record.key(), record.value()));
    }
    return table.stream()
        .filter(
            row -> {
              String id = row.topic().name() + row.key();
              return !parked.containsKey(id) || !Arrays.equals(parked.get(id), row.value());
            })
        .map(row -> row.topic().name() + ": " + row.kind())
        .toList();
  }
}
