package dev.heed.feedback;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topic;
import dev.heed.schemas.TopicContents;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ModelRef;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.Usage;
import dev.heed.schemas.events.Verdict;
import dev.heed.schemas.events.VerdictSource;
import dev.heed.schemas.identity.Identity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Plays the services to the left on a real broker, and reads what feedback-service wrote. */
final class Flow implements AutoCloseable {

  static final String SECRET = "a-secret-for-tests-of-32-characters-or-more";
  static final Identity IDENTITY = new Identity(SECRET.getBytes(StandardCharsets.UTF_8), 1);
  static final ModelRef MODEL = new ModelRef("smollm2", "0123456789abcdef", null);

  private final EventCodec codec = EventCodec.ofKnown();
  private final Map<String, Object> kafka;
  private final KafkaProducer<String, byte[]> producer;

  Flow(String bootstrap) {
    kafka = Map.of("bootstrap.servers", bootstrap);
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
  }

  static String pseudonym(String key) {
    return IDENTITY.pseudonym(Identity.keySubject(key, Optional.empty()));
  }

  static Verdict verdict(double unsafe) {
    return Verdict.newBuilder()
        .setUnsafe(unsafe)
        .setFlagged(unsafe >= .5)
        .setScore(unsafe)
        .setSource(VerdictSource.MATCHER)
        .setPolicyVersion("p1")
        .setClassifierVersion("")
        .build();
  }

  ReplyChunk.Builder chunk(String replyId, String pseudonym) {
    return ReplyChunk.newBuilder()
        .setConversationId(Uuid7.randomString())
        .setTurnId(Uuid7.randomString())
        .setReplyId(replyId)
        .setPseudonym(pseudonym)
        .setReplica("chat-1")
        .setAttempt(1)
        .setSequence(0)
        .setKind(ReplyKind.CONTENT)
        .setText("Hello there.")
        .setVerdict(verdict(.02))
        .setUsage(new Usage(1, 1, 0))
        .setModel(MODEL)
        .setWrittenAt(Instant.now());
  }

  /** Shows a whole reply to a person and gives its id. */
  String show(String pseudonym) {
    return show(Uuid7.randomString(), pseudonym);
  }

  String show(String replyId, String pseudonym) {
    send(chunk(replyId, pseudonym).build());
    send(
        chunk(replyId, pseudonym)
            .setSequence(1)
            .setText("")
            .setLast(true)
            .setFinishReason(FinishReason.STOP)
            .setWholeText("Hello there.")
            .build());
    return replyId;
  }

  /** Ends a reply at once with a canned text. */
  String refuse(String pseudonym) {
    String replyId = Uuid7.randomString();
    send(
        chunk(replyId, pseudonym)
            .setAttempt(0)
            .setKind(ReplyKind.REFUSAL)
            .setText("Let us talk of something else.")
            .setWholeText("Let us talk of something else.")
            .setModel(null)
            .setVerdict(verdict(.97))
            .setLast(true)
            .setFinishReason(FinishReason.CONTENT_FILTER)
            .build());
    return replyId;
  }

  void send(ReplyChunk chunk) {
    // One partition, so that chunks of a reply keep their order whatever the conversation.
    var record =
        EventRecords.record(codec, Topics.REPLIES, chunk.getReplyId(), chunk, Topics.SAFETY);
    send(record);
  }

  /** An event of another service under a key. */
  void send(Topic topic, String key, SpecificRecord event, String source) {
    send(EventRecords.record(codec, topic, key, event, source));
  }

  void sendBytes(Topic topic, byte[] bytes) {
    send(new ProducerRecord<>(topic.name(), "k", bytes));
  }

  private void send(ProducerRecord<String, byte[]> record) {
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Everything in a topic now. */
  List<ConsumerRecord<String, byte[]>> read(String topic) {
    return TopicContents.list(kafka, topic);
  }

  /** The feedback that was written of one person. */
  List<FeedbackGiven> feedbackOf(String pseudonym) {
    return read(Topics.FEEDBACK_EVENTS.name()).stream()
        .filter(record -> pseudonym.equals(record.key()))
        .map(record -> codec.decode(record.value()))
        .filter(FeedbackGiven.class::isInstance)
        .map(FeedbackGiven.class::cast)
        .toList();
  }

  @Override
  public void close() {
    producer.close();
  }
}
