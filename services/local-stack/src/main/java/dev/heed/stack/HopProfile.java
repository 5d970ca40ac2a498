package dev.heed.stack;

import dev.heed.schemas.TopicContents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where a turn's time goes, read from the records themselves: each carries the time at which its
 * service sent it. Times are whole milliseconds; values are never looked at.
 */
final class HopProfile {

  private static final List<String> TOPICS =
      List.of("chat.turns", "chat.prompts", "chat.drafts", "chat.replies");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Milliseconds from a record to the one that came of it, of every conversation. */
  record Hop(String name, double[] millis) {}

  private HopProfile() {}

  /**
   * @param bootstrap of the broker
   * @param since conversations whose first record is older (milliseconds since 1970) don't count
   */
  static List<Hop> read(String bootstrap, long since) {
    List<Double> screened = new ArrayList<>();
    List<Double> generated = new ArrayList<>();
    List<Double> firstShown = new ArrayList<>();
    List<Double> nextShown = new ArrayList<>();
    for (Map<String, List<Long>> times : times(bootstrap).values()) {
      if (!times.keySet().containsAll(TOPICS) || times.get("chat.prompts").getFirst() < since) {
        continue;
      }
      long prompt = times.get("chat.prompts").getFirst();
      List<Long> drafts = times.get("chat.drafts");
      List<Long> replies = times.get("chat.replies");
      screened.add((double) (prompt - times.get("chat.turns").getLast()));
      generated.add((double) (drafts.getFirst() - prompt));
      firstShown.add((double) (replies.getFirst() - drafts.getFirst()));
      for (int i = 1; i < Math.min(drafts.size(), replies.size()); i++) {
        nextShown.add((double) (replies.get(i) - drafts.get(i)));
      }
    }
    return List.of(
        hop("turn to screened prompt", screened),
        hop("screened prompt to draft", generated),
        hop("first draft to reply", firstShown),
        hop("next drafts to replies", nextShown));
  }

  private static Hop hop(String name, List<Double> millis) {
    return new Hop(name, millis.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Conversation, then topic, then the times of its records in order. */
  private static Map<String, Map<String, List<Long>>> times(String bootstrap) {
    Map<String, Map<String, List<Long>>> times = new HashMap<>();
    TopicContents.read(
        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
        TOPICS,
        LIMIT,
        record ->
            times
                .computeIfAbsent(record.key(), key -> new HashMap<>())
                .computeIfAbsent(record.topic(), key -> new ArrayList<>())
                .add(record.timestamp()));
    return times;
  }
}
