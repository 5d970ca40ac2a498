package dev.heed.feedback.review;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.TurnSubmitted;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Finds what was said, when a reviewer is to see it: a turn's id tells when it was made, and the
 * conversation's which partition it is in, so that a short stretch of each topic is read and
 * nothing is kept.
 */
@ApplicationScoped
class Transcripts {

  private static final Duration LIMIT = Duration.ofSeconds(4);
  private static final int RECORDS = 20_000;
  private static final long BEFORE_MILLIS = 2000;

  private final Map<String, Object> kafka;
  private final EventCodec codec;

  Transcripts(@Identifier("default-kafka-broker") Map<String, Object> kafka, EventCodec codec) {
    this.kafka = new HashMap<>(kafka);
    this.codec = codec;
    this.kafka.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.kafka.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.kafka.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    this.kafka.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
  }

  /** A turn and the reply to it; each empty when retention has taken it. */
  record Transcript(Optional<String> turn, Optional<String> reply) {}

  Transcript of(ReviewTask task) {
    try (var consumer =
        new KafkaConsumer<>(kafka, new StringDeserializer(), new ByteArrayDeserializer())) {
      Optional<String> turn =
          find(consumer, Topics.TURNS, task, event -> turn(event, task.getTurnId()));
      Optional<String> reply =
          find(consumer, Topics.REPLIES, task, event -> reply(event, task.getReplyId()));
      return new Transcript(turn, reply);
    } catch (KafkaException | IllegalArgumentException e) {
      return new Transcript(Optional.empty(), Optional.empty());
    }
  }

  private Optional<String> find(
      KafkaConsumer<String, byte[]> consumer,
      Topic topic,
      ReviewTask task,
      Function<SpecificRecord, Optional<String>> text) {
    int partitions = consumer.partitionsFor(topic.name()).size();
    byte[] key = task.getConversationId().getBytes(StandardCharsets.UTF_8);
    var place = new TopicPartition(topic.name(), Utils.toPositive(Utils.murmur2(key)) % partitions);
    long since = (UUID.fromString(task.getTurnId()).getMostSignificantBits() >>> 16);
    OffsetAndTimestamp begin =
        consumer.offsetsForTimes(Map.of(place, since - BEFORE_MILLIS)).get(place);
    if (begin == null) {
      return Optional.empty();
    }
    consumer.assign(List.of(place));
    consumer.seek(place, begin.offset());
    long end = consumer.endOffsets(List.of(place)).get(place);
    long stop = Math.min(end, begin.offset() + RECORDS);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (consumer.position(place) < stop && System.nanoTime() < deadline) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        Optional<String> found =
            task.getConversationId().equals(record.key())
                ? decoded(record.value()).flatMap(text)
                : Optional.empty();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<SpecificRecord> decoded(byte[] bytes) {
    try {
      return Optional.of(codec.decode(bytes));
    } catch (UnreadableEventException e) {
      return Optional.empty(); // told of by the views
    }
  }

  private static Optional<String> turn(SpecificRecord event, String turnId) {
    return event instanceof TurnSubmitted turn
            && turn.getTurnId().equals(turnId)
            && !turn.getMessages().isEmpty()
        ? Optional.of(turn.getMessages().getLast().getText())
        : Optional.empty();
  }

  private static Optional<String> reply(SpecificRecord event, String replyId) {
    return event instanceof ReplyChunk chunk
            && chunk.getReplyId().equals(replyId)
            && chunk.getWholeText() != null
        ? Optional.of(chunk.getWholeText())
        : Optional.empty();
  }
}
