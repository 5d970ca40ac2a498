package dev.heed.chat.turns;

import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.live.Admission;
import dev.heed.chat.live.LiveReply;
import dev.heed.chat.live.Replies;
import dev.heed.chat.metrics.ChatMeters;
import dev.heed.chat.store.StoredConversation;
import dev.heed.chat.store.StoredMessage;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.Role;
import dev.heed.schemas.events.Sampling;
import dev.heed.schemas.events.TurnSubmitted;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Takes a person's turn: admission, the prompt's history, chat.turns. */
@ApplicationScoped
public class Turns {

  private final ChatConfig config;
  private final Admission admission;
  private final Replies replies;
  private final Outbox outbox;
  private final ChatMeters meters;
  private final String replica;

  Turns(
      ChatConfig config,
      Admission admission,
      Replies replies,
      Outbox outbox,
      ChatMeters meters,
      @ConfigProperty(name = "heed.replica") Optional<String> replica) {
    this.config = config;
    this.admission = admission;
    this.replies = replies;
    this.outbox = outbox;
    this.meters = meters;
    this.replica = replica.orElseGet(Uuid7::randomString);
  }

  /** A turn that Kafka has, and where its reply comes in. */
  public record Taken(String conversationId, String turnId, LiveReply reply) {}

  /**
   * The ids that a turn gets.
   *
   * @param requestDigest of a request with an idempotency key
   */
  public record Ids(String turnId, String replyId, Optional<String> requestDigest) {

    /** Ids that nobody had before. */
    public static Ids fresh() {
      return new Ids(Uuid7.randomString(), Uuid7.randomString(), Optional.empty());
    }
  }

  /** Goes on with a kept conversation. */
  public Taken goOn(StoredConversation conversation, String text, Sampling sampling, Ids ids) {
    List<Message> messages = history(conversation);
    messages.add(new Message(Role.USER, text, null));
    TurnSubmitted.Builder turn =
        turn(conversation.id(), conversation.pseudonym(), messages, sampling)
            .setStored(true)
            .setShareConsent(conversation.shareConsent());
    return take(turn, ids);
  }

  /** Answers a history that the client holds. */
  public Taken answer(
      String pseudonym, List<Message> messages, Sampling sampling, boolean shareConsent) {
    TurnSubmitted.Builder turn =
        turn(Uuid7.randomString(), pseudonym, messages, sampling)
            .setStored(false)
            .setShareConsent(shareConsent);
    return take(turn, Ids.fresh());
  }

  private TurnSubmitted.Builder turn(
      String conversationId, String pseudonym, List<Message> messages, Sampling sampling) {
    Instant now = Instant.now();
    return TurnSubmitted.newBuilder()
        .setConversationId(conversationId)
        .setPseudonym(pseudonym)
        .setReplica(replica)
        .setMessages(messages)
        .setSampling(sampling)
        .setModel(config.model())
        .setSubmittedAt(now)
        .setDeadline(now.plus(config.deadline()));
  }

  private Taken take(TurnSubmitted.Builder builder, Ids ids) {
    TurnSubmitted turn = builder.setTurnId(ids.turnId()).setReplyId(ids.replyId()).build();
    admission.take(turn.getReplyId(), turn.getPseudonym());
    LiveReply reply = replies.open(turn);
    try {
      outbox.send(turn, ids.requestDigest());
    } catch (RuntimeException e) {
      admission.release(turn.getReplyId());
      replies.abandon(turn.getReplyId());
      throw e;
    }
    meters.turn();
    return new Taken(turn.getConversationId(), turn.getTurnId(), reply);
  }

  /**
   * What was said so far and stands, the newest within the bounds; a refused turn goes with its
   * answer.
   */
  private List<Message> history(StoredConversation conversation) {
    List<Message> newestFirst = new ArrayList<>();
    int characters = 0;
    boolean answerStands = true;
    for (StoredMessage message : conversation.messages().reversed()) {
      characters += message.text().length();
      if (characters > config.maxHistoryCharacters()
          || newestFirst.size() >= config.maxHistoryMessages()) {
        break;
      }
      boolean stands =
          message.status() == StoredMessage.Status.COMPLETE
              || message.status() == StoredMessage.Status.CANCELLED;
      boolean person = message.role() == StoredMessage.Who.USER;
      if (stands && (answerStands || !person)) {
        Role role = person ? Role.USER : Role.ASSISTANT;
        newestFirst.add(new Message(role, message.text(), message.id()));
      }
      answerStands = person || stands;
    }
    return new ArrayList<>(newestFirst.reversed());
  }
}
