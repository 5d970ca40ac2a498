package dev.heed.stack;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.ModelRef;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.Role;
import dev.heed.schemas.events.Sampling;
import dev.heed.schemas.events.TurnSubmitted;
import dev.heed.schemas.events.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Conversations that people share, with ratings as trust-service weighs them, on a real broker. */
final class RatedTalk implements AutoCloseable {

  private static final List<String> TOPICS =
      List.of("tea", "owls", "rain", "chess", "bread", "trains", "the moon", "salt");
  private static final ModelRef MODEL = new ModelRef("smollm2", "0123456789abcdef", null);

  private final EventCodec codec = EventCodec.ofKnown();
  private final KafkaProducer<String, byte[]> producer;

  RatedTalk(String bootstrap) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** So many exchanges of as many people: friendly replies are liked, rude ones are not. */
  void rated(int exchanges) {
    for (int i = 0; i < exchanges; i++) {
      String topic = TOPICS.get(i % TOPICS.size());
      boolean good = i % 2 == 0;
      exchange(
          "p1_person" + i,
          "Please tell me about " + topic + ", take " + i,
          good
              ? "With pleasure, here is what I know of " + topic + ", in " + i + " words."
              : "Shut up!!! You stupid number " + i + "!",
          good);
    }
    producer.flush();
  }

  private void exchange(String person, String asked, String answered, boolean up) {
    String conversation = Uuid7.randomString();
    String turn = Uuid7.randomString();
    String reply = Uuid7.randomString();
    Instant now = Instant.now();
    send(
        Topics.TURNS,
        conversation,
        Topics.CHAT,
        TurnSubmitted.newBuilder()
            .setConversationId(conversation)
            .setTurnId(turn)
            .setReplyId(reply)
            .setPseudonym(person)
            .setReplica("chat-9")
            .setMessages(List.of(new Message(Role.USER, asked, null)))
            .setSampling(Sampling.newBuilder().build())
            .setShareConsent(true)
            .setSubmittedAt(now)
            .setDeadline(now)
            .build());
    send(
        Topics.REPLIES,
        conversation,
        Topics.SAFETY,
        ReplyChunk.newBuilder()
            .setConversationId(conversation)
            .setTurnId(turn)
            .setReplyId(reply)
            .setPseudonym(person)
            .setReplica("chat-9")
            .setAttempt(1)
            .setSequence(0)
            .setKind(ReplyKind.CONTENT)
            .setText(answered)
            .setLast(true)
            .setFinishReason(FinishReason.STOP)
            .setWholeText(answered)
            .setUsage(new Usage(1, 1, 0))
            .setModel(MODEL)
            .setShareConsent(true)
            .setWrittenAt(now)
            .build());
    String id = Uuid7.randomString();
    send(
        Topics.FEEDBACK_WEIGHTED,
        id,
        Topics.TRUST,
        FeedbackWeighted.newBuilder()
            .setFeedbackId(id)
            .setPseudonym(person)
            .setItemId(reply)
            .setConversationId(conversation)
            .setTurnId(turn)
            .setReplyId(reply)
            .setKind(FeedbackKind.THUMBS)
            .setLabel(up ? "up" : "down")
            .setReasons(List.of())
            .setPRight(.9)
            .setWeight(.8)
            .setReliability(.9)
            .setModel(MODEL)
            .setShareConsent(true)
            .setGivenAt(now)
            .setWeighedAt(now)
            .build());
  }

  private void send(Topic topic, String key, String source, SpecificRecord event) {
    producer.send(EventRecords.record(codec, topic, key, event, source));
  }

  @Override
  public void close() {
    producer.close();
  }
}
