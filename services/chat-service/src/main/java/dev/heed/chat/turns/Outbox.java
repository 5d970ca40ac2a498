package dev.heed.chat.turns;

import dev.heed.chat.http.Problem;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventMessages;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.ConversationChanged;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.TurnSubmitted;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
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
   * @throws Problem 503 when Kafka did not take it
   */
  public void send(TurnSubmitted turn) {
    send(turns, Topics.TURNS, turn.getConversationId(), turn);
  }

  /** Sends a change of a conversation; fails as {@link #send(TurnSubmitted)}. */
  public void send(ConversationChanged change) {
    send(turns, Topics.TURNS, change.getConversationId(), change);
  }

  /** Asks for a reply to be stopped; best effort, as the deadline stops it anyway. */
  public void cancel(String conversationId, String replyId, CancelReason reason) {
    try {
      var event = new ReplyCancelled(conversationId, replyId, reason, Instant.now());
      send(controls, Topics.CONTROLS, conversationId, event);
    } catch (Problem e) {
      LOG.warnf("A cancellation was not taken by Kafka: %s", e.slug());
    }
  }

  private void send(MutinyEmitter<byte[]> to, Topic topic, String key, SpecificRecord event) {
    try {
      to.sendMessage(EventMessages.message(codec, topic, key, event, Topics.CHAT))
          .await()
          .atMost(LIMIT);
    } catch (RuntimeException e) {
      LOG.warnf(
          "Kafka did not take a record of %s: %s", topic.name(), e.getClass().getSimpleName());
      throw Problem.unavailable();
    }
  }
}
