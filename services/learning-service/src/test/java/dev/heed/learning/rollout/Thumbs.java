package dev.heed.learning.rollout;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.TopicContents;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** People who are answered and rate, on a real broker; and what the topic of releases says. */
final class Thumbs implements AutoCloseable {

  private final EventCodec codec = EventCodec.ofKnown();
  private final String bootstrap;
  private final KafkaProducer<String, byte[]> producer;

  Thumbs(String bootstrap) {
    this.bootstrap = bootstrap;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** One person is answered and rates the reply, believed with .95. */
  void answeredAndRated(String person, boolean up) {
    String reply = Uuid7.randomString();
    String conversation = Uuid7.randomString();
    send(Topics.REPLIES, conversation, Topics.SAFETY, chunk(person, conversation, reply));
    String id = Uuid7.randomString();
    send(Topics.FEEDBACK_WEIGHTED, id, Topics.TRUST, feedback(id, person, conversation, reply, up));
  }

  private static ReplyChunk chunk(String person, String conversation, String reply) {
    return ReplyChunk.newBuilder()
        .setConversationId(conversation)
        .setTurnId(Uuid7.randomString())
        .setReplyId(reply)
        .setPseudonym(person)
        .setReplica("chat-1")
        .setAttempt(1)
        .setSequence(0)
        .setKind(ReplyKind.CONTENT)
        .setText("")
        .setLast(true)
        .setFinishReason(FinishReason.STOP)
        .setUsage(new Usage(1, 1, 0))
        .setWrittenAt(Instant.now())
        .build();
  }

  private static FeedbackWeighted feedback(
      String id, String person, String conversation, String reply, boolean up) {
    return FeedbackWeighted.newBuilder()
        .setFeedbackId(id)
        .setPseudonym(person)
        .setItemId(reply)
        .setConversationId(conversation)
        .setTurnId(Uuid7.randomString())
        .setReplyId(reply)
        .setKind(FeedbackKind.THUMBS)
        .setLabel(up ? "up" : "down")
        .setReasons(List.of())
        .setPRight(.95)
        .setWeight(.9)
        .setReliability(.9)
        .setGivenAt(Instant.now())
        .setWeighedAt(Instant.now())
        .build();
  }

  private void send(dev.heed.schemas.Topic topic, String key, String source, SpecificRecord event) {
    producer.send(EventRecords.record(codec, topic, key, event, source));
  }

  void flush() {
    producer.flush();
  }

  /** What was released, in order. */
  List<ModelReleased> releases() {
    return TopicContents.list(Map.of("bootstrap.servers", bootstrap), Topics.MODEL_RELEASES.name())
        .stream()
        .map(record -> codec.decode(record.value(), ModelReleased.class))
        .toList();
  }

  @Override
  public void close() {
    producer.close();
  }
}
