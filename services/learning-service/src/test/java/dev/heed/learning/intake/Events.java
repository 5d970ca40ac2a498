package dev.heed.learning.intake;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.ConversationChange;
import dev.heed.schemas.events.ConversationChanged;
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
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Plays chat-, safety- and trust-service on a real broker. */
final class Events implements AutoCloseable {

  static final String PERSON = "p1_thepersonspseudonym0";

  private final EventCodec codec = EventCodec.ofKnown();
  private final KafkaProducer<String, byte[]> producer;

  Events(String bootstrap) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** One exchange: its ids. */
  record Exchange(String conversation, String turn, String reply) {
    static Exchange fresh() {
      return in(Uuid7.randomString());
    }

    static Exchange in(String conversation) {
      return new Exchange(conversation, Uuid7.randomString(), Uuid7.randomString());
    }
  }

  void turn(Exchange exchange, String text, boolean consent) {
    send(
        Topics.TURNS,
        exchange.conversation(),
        Topics.CHAT,
        TurnSubmitted.newBuilder()
            .setConversationId(exchange.conversation())
            .setTurnId(exchange.turn())
            .setReplyId(exchange.reply())
            .setPseudonym(PERSON)
            .setReplica("chat-1")
            .setMessages(
                List.of(
                    new Message(Role.ASSISTANT, "earlier", null),
                    new Message(Role.USER, text, null)))
            .setSampling(Sampling.newBuilder().build())
            .setShareConsent(consent)
            .setSubmittedAt(Instant.now())
            .setDeadline(Instant.now().plusSeconds(60))
            .build());
  }

  void reply(Exchange exchange, String text, boolean consent) {
    chunk(exchange, text, consent, false);
    chunk(exchange, text, consent, true);
  }

  void chunk(Exchange exchange, String text, boolean consent, boolean last) {
    send(
        Topics.REPLIES,
        exchange.conversation(),
        Topics.SAFETY,
        ReplyChunk.newBuilder()
            .setConversationId(exchange.conversation())
            .setTurnId(exchange.turn())
            .setReplyId(exchange.reply())
            .setPseudonym(PERSON)
            .setReplica("chat-1")
            .setAttempt(1)
            .setSequence(last ? 1 : 0)
            .setKind(ReplyKind.CONTENT)
            .setText(last ? "" : text)
            .setLast(last)
            .setFinishReason(last ? FinishReason.STOP : null)
            .setWholeText(last ? text : null)
            .setUsage(new Usage(1, 1, 0))
            .setModel(new ModelRef("smollm2", "0123456789abcdef", null))
            .setShareConsent(consent)
            .setWrittenAt(Instant.now())
            .build());
  }

  void feedback(Exchange exchange, String feedbackId, int revision, boolean consent) {
    send(
        Topics.FEEDBACK_WEIGHTED,
        feedbackId,
        Topics.TRUST,
        FeedbackWeighted.newBuilder()
            .setFeedbackId(feedbackId)
            .setRevision(revision)
            .setPseudonym(PERSON)
            .setItemId(exchange.reply())
            .setConversationId(exchange.conversation())
            .setTurnId(exchange.turn())
            .setReplyId(exchange.reply())
            .setKind(FeedbackKind.THUMBS)
            .setLabel("down")
            .setReasons(List.of("RUDE"))
            .setBetterAnswer("Mail me at anna@example.org")
            .setPRight(.8)
            .setWeight(.6)
            .setReliability(.9)
            .setShareConsent(consent)
            .setGivenAt(Instant.now())
            .setWeighedAt(Instant.now())
            .build());
  }

  void consent(String conversation, boolean consent) {
    change(conversation, ConversationChange.CONSENT, consent);
  }

  void delete(String conversation) {
    change(conversation, ConversationChange.DELETED, null);
  }

  private void change(String conversation, ConversationChange change, Boolean consent) {
    send(
        Topics.TURNS,
        conversation,
        Topics.CHAT,
        ConversationChanged.newBuilder()
            .setConversationId(conversation)
            .setPseudonym(PERSON)
            .setChange(change)
            .setShareConsent(consent)
            .setAt(Instant.now())
            .build());
  }

  void bytes(Topic topic, byte[] value) {
    send(new ProducerRecord<>(topic.name(), "k", value));
  }

  private void send(Topic topic, String key, String source, SpecificRecord event) {
    send(EventRecords.record(codec, topic, key, event, source));
  }

  private void send(ProducerRecord<String, byte[]> record) {
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
