package dev.heed.chat.live;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.http.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who may have a reply written now: bounded in total, per person at once and per person in a
 * minute.
 */
@ApplicationScoped
public class Admission {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int PEOPLE = 100_000;

  private final ChatConfig config;
  private final Map<String, String> personByReply = new ConcurrentHashMap<>();
  private final Map<String, Integer> repliesByPerson = new ConcurrentHashMap<>();
  private final Cache<String, AtomicInteger> turnsThisMinute =
      Caffeine.newBuilder().expireAfterWrite(MINUTE).maximumSize(PEOPLE).build();

  Admission(ChatConfig config) {
    this.config = config;
  }

  /**
   * Takes a place for a reply; {@link #release} gives it back.
   *
   * @throws Problem 429 when this person has or sent too much, 503 when there is no room at all
   */
  public synchronized void take(String replyId, String pseudonym) {
    if (personByReply.size() >= config.maxConcurrent()) {
      throw Problem.overloaded();
    }
    int running = repliesByPerson.getOrDefault(pseudonym, 0);
    if (running >= config.maxConcurrentPerPerson()) {
      throw Problem.tooMany(
          "You have " + running + " replies under way; wait for one of them.",
          Duration.ofSeconds(2));
    }
    AtomicInteger sent = turnsThisMinute.get(pseudonym, _ -> new AtomicInteger());
    if (sent.incrementAndGet() > config.maxTurnsPerMinute()) {
      throw Problem.tooMany("You have sent too many turns in a minute.", MINUTE);
    }
    personByReply.put(replyId, pseudonym);
    repliesByPerson.merge(pseudonym, 1, Integer::sum);
  }

  /** True while the reply has a place on this replica. */
  public boolean holds(String replyId) {
    return personByReply.containsKey(replyId);
  }

  /** Gives a place back; false when it was given back before. */
  public synchronized boolean release(String replyId) {
    String pseudonym = personByReply.remove(replyId);
    if (pseudonym == null) {
      return false;
    }
    repliesByPerson.computeIfPresent(pseudonym, (_, n) -> n > 1 ? n - 1 : null);
    return true;
  }
}
