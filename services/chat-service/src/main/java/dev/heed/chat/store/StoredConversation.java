package dev.heed.chat.store;

import dev.heed.chat.store.StoredMessage.Status;
import dev.heed.schemas.events.ConversationChanged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A conversation that is kept for a person. Every change is idempotent: the same event again
 * changes nothing.
 *
 * @param createdAt milliseconds since 1970
 */
public record StoredConversation(
    String id,
    String pseudonym,
    String title,
    boolean shareConsent,
    long createdAt,
    List<StoredMessage> messages) {

  /** Most messages that are kept; the oldest go first. */
  static final int MAX_MESSAGES = 400;

  /** Most characters that are kept, well under Kafka's limit of a record. */
  static final int MAX_CHARACTERS = 200_000;

  public StoredConversation {
    messages = newest(messages);
  }

  /** A conversation as it begins. */
  public static StoredConversation of(ConversationChanged created) {
    return new StoredConversation(
        created.getConversationId(),
        created.getPseudonym(),
        created.getTitle() == null ? "" : created.getTitle(),
        Boolean.TRUE.equals(created.getShareConsent()),
        created.getAt().toEpochMilli(),
        List.of());
  }

  private static List<StoredMessage> newest(List<StoredMessage> messages) {
    int first = messages.size();
    int characters = 0;
    while (first > 0 && messages.size() - first < MAX_MESSAGES) {
      characters += messages.get(first - 1).text().length();
      if (characters > MAX_CHARACTERS) {
        break;
      }
      first--;
    }
    return List.copyOf(messages.subList(first, messages.size()));
  }

  StoredConversation withTitle(String newTitle) {
    return new StoredConversation(id, pseudonym, newTitle, shareConsent, createdAt, messages);
  }

  StoredConversation withConsent(boolean consent) {
    return new StoredConversation(id, pseudonym, title, consent, createdAt, messages);
  }

  /** With a person's turn and, after it, the place of the answer. */
  StoredConversation withTurn(StoredMessage turn, StoredMessage awaited) {
    if (find(turn.id()).isPresent()) {
      return this;
    }
    List<StoredMessage> next = new ArrayList<>(messages);
    int answer = indexOf(awaited.id());
    if (answer >= 0) {
      next.add(answer, turn); // the answer was read before its turn
    } else {
      next.add(turn);
      next.add(awaited);
    }
    return withMessages(next);
  }

  /** Knowing that an attempt at an awaited answer has begun. */
  StoredConversation withAttempt(String replyId, int attempt) {
    int place = indexOf(replyId);
    if (place < 0
        || messages.get(place).status() != Status.STREAMING
        || messages.get(place).attempt() >= attempt) {
      return this;
    }
    List<StoredMessage> next = new ArrayList<>(messages);
    next.set(place, messages.get(place).withAttempt(attempt));
    return withMessages(next);
  }

  /**
   * With the answer as it ended. What was shown counts: the first end of the newest attempt stands,
   * an end of an older attempt is dropped.
   */
  StoredConversation withAnswer(StoredMessage answer) {
    int place = indexOf(answer.id());
    if (place >= 0
        && (messages.get(place).status() != Status.STREAMING
            || messages.get(place).attempt() > answer.attempt())) {
      return this;
    }
    List<StoredMessage> next = new ArrayList<>(messages);
    if (place >= 0) {
      next.set(place, answer);
    } else {
      next.add(answer);
    }
    return withMessages(next);
  }

  /** As it stands at that moment: answers that have not come by their deadline have failed. */
  StoredConversation asOf(Instant now) {
    return withMessages(messages.stream().map(message -> message.asOf(now)).toList());
  }

  /** Without its messages, as lists show it. */
  StoredConversation head() {
    return withMessages(List.of());
  }

  private StoredConversation withMessages(List<StoredMessage> next) {
    return new StoredConversation(id, pseudonym, title, shareConsent, createdAt, next);
  }

  /** The message of that id. */
  public Optional<StoredMessage> find(String messageId) {
    return messages.stream().filter(message -> message.id().equals(messageId)).findFirst();
  }

  private int indexOf(String messageId) {
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).id().equals(messageId)) {
        return i;
      }
    }
    return -1;
  }
}
