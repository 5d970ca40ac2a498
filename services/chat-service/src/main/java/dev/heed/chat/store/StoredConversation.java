package dev.heed.chat.store;

import dev.heed.chat.store.StoredMessage.Status;
import dev.heed.chat.store.StoredMessage.Who;
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
  StoredConversation withTurn(String turnId, String replyId, String text, long at) {
    if (find(turnId).isPresent()) {
      return this;
    }
    List<StoredMessage> next = new ArrayList<>(messages);
    var turn = new StoredMessage(turnId, Who.USER, text, Status.COMPLETE, Optional.empty(), at);
    int answer = indexOf(replyId);
    if (answer >= 0) {
      next.add(answer, turn); // the answer was read before its turn
    } else {
      next.add(turn);
      next.add(
          new StoredMessage(replyId, Who.ASSISTANT, "", Status.STREAMING, Optional.empty(), at));
    }
    return withMessages(next);
  }

  /** With the answer as it ended. */
  StoredConversation withAnswer(StoredMessage answer) {
    List<StoredMessage> next = new ArrayList<>(messages);
    int place = indexOf(answer.id());
    if (place >= 0) {
      next.set(place, answer);
    } else {
      next.add(answer);
    }
    return withMessages(next);
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
