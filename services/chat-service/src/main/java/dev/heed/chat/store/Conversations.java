package dev.heed.chat.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.http.Problem;
import dev.heed.chat.live.LiveReply;
import dev.heed.chat.live.Replies;
import dev.heed.chat.replicas.Replicas;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Kept conversations, wherever their partition is, completed by what this replica has heard on
 * chat.replies a moment before the store.
 */
@ApplicationScoped
public class Conversations {

  private static final long RETRY_MILLIS = 10;
  private static final Duration SETTLING = Duration.ofSeconds(10);
  private static final Duration ELSEWHERE = Duration.ofSeconds(2);
  private static final Duration UNSETTLED = Duration.ofMinutes(1);
  private static final int MAX_UNSETTLED = 10_000;

  private final Replicas replicas;
  private final Replies replies;
  private final Duration patience;

  /**
   * This replica's newest turn of each conversation, until the store is seen to have it, or a
   * minute.
   */
  private final Cache<String, String> unsettled =
      Caffeine.newBuilder().expireAfterWrite(UNSETTLED).maximumSize(MAX_UNSETTLED).build();

  Conversations(Replicas replicas, Replies replies, ChatConfig config) {
    this.replicas = replicas;
    this.replies = replies;
    this.patience = config.storePatience();
  }

  /** Notes a turn that Kafka has just taken: the store comes a moment after. */
  public void taken(String conversationId, String turnId) {
    unsettled.put(conversationId, turnId);
  }

  /**
   * A person's conversation, with every turn that was taken here; empty when there is none or it is
   * another's.
   *
   * @throws Problem 503 while its partition has no replica, or its store is ten seconds behind
   */
  public Optional<StoredConversation> find(String id, String pseudonym) {
    String turn = unsettled.getIfPresent(id);
    if (turn == null) {
      return now(id, pseudonym);
    }
    Optional<StoredConversation> found =
        settled(id, pseudonym, now -> now.isEmpty() || now.get().find(turn).isPresent());
    found.ifPresent(_ -> unsettled.asMap().remove(id, turn));
    return found;
  }

  private Optional<StoredConversation> now(String id, String pseudonym) {
    return patiently(() -> replicas.conversation(id))
        .filter(conversation -> conversation.pseudonym().equals(pseudonym))
        .map(this::completed);
  }

  private StoredConversation completed(StoredConversation stored) {
    StoredConversation conversation = stored;
    for (StoredMessage message : stored.messages()) {
      if (message.status() == StoredMessage.Status.STREAMING) {
        conversation =
            replies
                .find(message.id())
                .flatMap(LiveReply::end)
                .map(Changes::answer)
                .map(conversation::withAnswer)
                .orElse(conversation);
      }
    }
    return conversation.asOf(Instant.now());
  }

  /**
   * All conversations of a person without their messages, newest first.
   *
   * @throws Problem 503 while any partition has no replica: a list is never cut short
   */
  public List<StoredConversation> of(String pseudonym) {
    List<StoredConversation> found = new ArrayList<>(patiently(() -> replicas.heads(pseudonym)));
    found.sort(Comparator.comparingLong(StoredConversation::createdAt).reversed());
    return found;
  }

  /**
   * Waits until a change that was just sent stands in the store, so that a person reads their own
   * writes at any replica.
   *
   * @return the conversation as it is then; empty when there is none or it is another's
   * @throws Problem 503 when ten seconds do not bring it: Kafka has the change, so it will stand,
   *     but nobody is told that they have what the next request cannot find
   */
  public Optional<StoredConversation> settled(
      String id, String pseudonym, Predicate<Optional<StoredConversation>> stands) {
    Optional<StoredConversation> now = within(SETTLING, id, pseudonym, stands);
    if (!stands.test(now)) {
      throw Problem.unavailable();
    }
    return now;
  }

  /**
   * A message that another replica may have taken a moment ago; empty when two seconds do not bring
   * it.
   */
  public Optional<StoredMessage> message(StoredConversation conversation, String messageId) {
    return conversation
        .find(messageId)
        .or(
            () ->
                within(
                        ELSEWHERE,
                        conversation.id(),
                        conversation.pseudonym(),
                        now -> now.isEmpty() || now.get().find(messageId).isPresent())
                    .flatMap(now -> now.find(messageId)));
  }

  private Optional<StoredConversation> within(
      Duration most, String id, String pseudonym, Predicate<Optional<StoredConversation>> stands) {
    long end = System.nanoTime() + most.toNanos();
    Optional<StoredConversation> now = now(id, pseudonym);
    while (!stands.test(now) && System.nanoTime() < end) {
      pause();
      now = now(id, pseudonym);
    }
    return now;
  }

  private <T> T patiently(Supplier<T> read) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return read.get();
      } catch (NotHereException e) {
        if (System.nanoTime() > end) {
          throw Problem.unavailable();
        }
        pause();
      }
    }
  }

  /** Requests are served on virtual threads: a pause holds nothing up but its own request. */
  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.unavailable();
    }
  }
}
