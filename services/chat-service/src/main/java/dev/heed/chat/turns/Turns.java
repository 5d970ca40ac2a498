package dev.heed.chat.turns;

import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.live.Admission;
import dev.heed.chat.live.LiveReply;
import dev.heed.chat.live.Replies;
import dev.heed.chat.store.Conversations;
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
  private final Conversations conversations;
  private final String replica;

  Turns(
      ChatConfig config,
      Admission admission,
      Replies replies,
      Outbox outbox,
      Conversations conversations,
      @ConfigProperty(name = "heed.replica") Optional<String> replica) {
    this.config = config;
    this.admission = admission;
    this.replies = replies;
    this.outbox = outbox;
    this.conversations = conversations;
    this.replica = replica.orElseGet(Uuid7::randomString);
  }

  /** A turn that Kafka has, and where its reply comes in. */
  public record Taken(String conversationId, String turnId, LiveReply reply) {}

  /** Goes on with a kept conversation. */
  public Taken goOn(StoredConversation conversation, String text, Sampling sampling) {
    List<Message> messages = history(conversation);
    messages.add(new Message(Role.USER, text, null));
    return take(
        conversation.id(),
        conversation.pseudonym(),
        messages,
        sampling,
        true,
        conversation.shareConsent());
  }

  /** Answers a history that the client holds. */
  public Taken answer(
      String pseudonym, List<Message> messages, Sampling sampling, boolean shareConsent) {
    return take(Uuid7.randomString(), pseudonym, messages, sampling, false, shareConsent);
  }

  private Taken take(
      String conversationId,
      String pseudonym,
      List<Message> messages,
      Sampling sampling,
      boolean stored,
      boolean shareConsent) {
    Instant now = Instant.now();
    TurnSubmitted turn =
        TurnSubmitted.newBuilder()
            .setConversationId(conversationId)
            .setTurnId(Uuid7.randomString())
            .setReplyId(Uuid7.randomString())
            .setPseudonym(pseudonym)
            .setReplica(replica)
            .setMessages(messages)
            .setSampling(sampling)
            .setModel(config.model())
            .setStored(stored)
            .setShareConsent(shareConsent)
            .setSubmittedAt(now)
            .setDeadline(now.plus(config.deadline()))
            .build();
    admission.take(turn.getReplyId(), pseudonym);
    LiveReply reply = replies.open(turn);
    try {
      outbox.send(turn);
    } catch (RuntimeException e) {
      admission.release(turn.getReplyId());
      throw e;
    }
    conversations.sent(turn);
    return new Taken(conversationId, turn.getTurnId(), reply);
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
