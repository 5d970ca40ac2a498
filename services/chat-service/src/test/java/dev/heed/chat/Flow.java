package dev.heed.chat;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.TopicContents;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TurnSubmitted;
import dev.heed.schemas.events.Usage;
import dev.heed.schemas.events.Verdict;
import dev.heed.schemas.events.VerdictSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** Plays safety-service on a real broker, and reads what chat-service wrote. */
public final class Flow implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final EventCodec codec = EventCodec.ofKnown();
  private final Map<String, Object> kafka;
  private final KafkaProducer<String, byte[]> producer;

  public Flow(String bootstrap) {
    kafka =
        Map.of("bootstrap.servers", bootstrap, "acks", "all", "isolation.level", "read_committed");
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
  }

  /** The turn of a reply, as it stands in chat.turns. */
  public TurnSubmitted turn(String replyId) {
    return Awaitility.await()
        .atMost(SOON)
        .until(() -> turns(replyId), turns -> !turns.isEmpty())
        .getFirst();
  }

  /** Every turn with that reply id. */
  public List<TurnSubmitted> turns(String replyId) {
    return turns().stream().filter(turn -> turn.getReplyId().equals(replyId)).toList();
  }

  public List<TurnSubmitted> turns() {
    return of(Topics.TURNS.name(), TurnSubmitted.class);
  }

  /** Cancellations of a reply. */
  public List<ReplyCancelled> cancelled(String replyId) {
    return of(Topics.CONTROLS.name(), ReplyCancelled.class).stream()
        .filter(cancelled -> cancelled.getReplyId().equals(replyId))
        .toList();
  }

  private <T> List<T> of(String topic, Class<T> type) {
    List<T> events = new ArrayList<>();
    for (var record : read(topic)) {
      try {
        Object event = codec.decode(record.value());
        if (type.isInstance(event)) {
          events.add(type.cast(event));
        }
      } catch (UnreadableEventException e) {
        // Tests write such on purpose.
      }
    }
    return events;
  }

  /** A piece of the reply to a turn. */
  public static ReplyChunk.Builder chunk(
      TurnSubmitted turn, int attempt, int sequence, String text) {
    return ReplyChunk.newBuilder()
        .setConversationId(turn.getConversationId())
        .setTurnId(turn.getTurnId())
        .setReplyId(turn.getReplyId())
        .setPseudonym(turn.getPseudonym())
        .setReplica(turn.getReplica())
        .setAttempt(attempt)
        .setSequence(sequence)
        .setKind(ReplyKind.CONTENT)
        .setText(text)
        .setUsage(new Usage(7, sequence + 1, 0))
        .setWrittenAt(Instant.now());
  }

  /** The end of a reply. */
  public static ReplyChunk.Builder last(
      TurnSubmitted turn, int attempt, int sequence, String text, String wholeText) {
    return chunk(turn, attempt, sequence, text)
        .setLast(true)
        .setFinishReason(FinishReason.STOP)
        .setWholeText(wholeText);
  }

  /** A canned text in the place of a reply. */
  public static ReplyChunk.Builder filtered(
      TurnSubmitted turn, ReplyKind kind, int attempt, int sequence, String text) {
    return last(turn, attempt, sequence, text, text)
        .setKind(kind)
        .setFinishReason(FinishReason.CONTENT_FILTER)
        .setVerdict(
            Verdict.newBuilder()
                .setUnsafe(.9)
                .setFlagged(true)
                .setCategory("toxicity")
                .setScore(.9)
                .setSource(VerdictSource.MATCHER)
                .setPolicyVersion("p1")
                .setClassifierVersion("")
                .build());
  }

  public static ReplyChunk.Builder failed(
      TurnSubmitted turn, int attempt, int sequence, String code) {
    return last(turn, attempt, sequence, "", "")
        .setKind(ReplyKind.FAILURE)
        .setFinishReason(FinishReason.ERROR)
        .setError(code);
  }

  public void send(ReplyChunk chunk) {
    send(
        EventRecords.record(
            codec, Topics.REPLIES, chunk.getConversationId(), chunk, Topics.SAFETY));
  }

  public void send(ReplyChunk.Builder... chunks) {
    for (ReplyChunk.Builder chunk : chunks) {
      send(chunk.build());
    }
  }

  public void sendBytes(String topic, String key, byte[] bytes) {
    send(new ProducerRecord<>(topic, key, bytes));
  }

  private void send(ProducerRecord<String, byte[]> record) {
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Everything in a topic now. */
  public List<ConsumerRecord<String, byte[]>> read(String topic) {
    return TopicContents.list(kafka, topic);
  }

  @Override
  public void close() {
    producer.close();
  }
}
