package dev.heed.chat.turns;

import dev.heed.chat.http.Problem;
import dev.heed.chat.store.RequestDigest;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventMessages;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.ConversationChanged;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.TurnSubmitted;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/** Writes what chat-service says; each call returns when Kafka has it. */
@ApplicationScoped
public class Outbox {

  private static final Logger LOG = Logger.getLogger(Outbox.class);
  private static final Duration LIMIT = Duration.ofSeconds(8);

  private final EventCodec codec;
  private final MutinyEmitter<byte[]> turns;
  private final MutinyEmitter<byte[]> controls;

  Outbox(
      EventCodec codec,
      @Channel("turns") MutinyEmitter<byte[]> turns,
      @Channel("controls") MutinyEmitter<byte[]> controls) {
    this.codec = codec;
    this.turns = turns;
    this.controls = controls;
  }

  /**
   * Sends a turn.
   *
   * @param requestDigest of a request with an idempotency key
   * @throws Problem 503 when Kafka did not take it
   */
  public void send(TurnSubmitted turn, Optional<String> requestDigest) {
    Message<byte[]> message =
        EventMessages.message(codec, Topics.TURNS, turn.getConversationId(), turn, Topics.CHAT);
    requestDigest.ifPresent(
        digest ->
            message
                .getMetadata(OutgoingKafkaRecordMetadata.class)
                .ifPresent(kafka -> RequestDigest.put(kafka.getHeaders(), digest)));
    send(turns, Topics.TURNS, message);
  }

  /** Sends a change of a conversation; fails as a turn does. */
  public void send(ConversationChanged change) {
    String key = change.getConversationId();
    send(turns, Topics.TURNS, EventMessages.message(codec, Topics.TURNS, key, change, Topics.CHAT));
  }

  /** Asks for a reply to be stopped; best effort, as the deadline stops it anyway. */
  public void cancel(String conversationId, String replyId, CancelReason reason) {
    try {
      var event = new ReplyCancelled(conversationId, replyId, reason, Instant.now());
      send(
          controls,
          Topics.CONTROLS,
          EventMessages.message(codec, Topics.CONTROLS, conversationId, event, Topics.CHAT));
    } catch (Problem e) {
      LOG.warnf("A cancellation was not taken by Kafka: %s", e.slug());
    }
  }

  private static void send(MutinyEmitter<byte[]> to, Topic topic, Message<byte[]> message) {
    try {
      to.sendMessage(message).await().atMost(LIMIT);
    } catch (RuntimeException e) {
      LOG.warnf(
          "Kafka did not take a record of %s: %s", topic.name(), e.getClass().getSimpleName());
      throw Problem.unavailable();
    }
  }
}
