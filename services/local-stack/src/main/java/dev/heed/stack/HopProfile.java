package dev.heed.stack;

import dev.heed.schemas.TopicContents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

  /** Milliseconds from one point of a turn's way to the next, of every turn. */
  record Hop(String name, double[] millis) {}

  /**
   * What the reader saw of a turn, in milliseconds since 1970.
   *
   * @param asked the request was sent
   * @param firstText the first text was there
   */
  record Seen(long asked, long firstText) {}

  private final Map<String, List<Double>> hops = new LinkedHashMap<>();

  private HopProfile() {}

  /**
   * @param bootstrap of the broker
   * @param turns what was seen of the one turn of each conversation that counts
   */
  static List<Hop> read(String bootstrap, Map<String, Seen> turns) {
    HopProfile profile = new HopProfile();
    times(bootstrap, turns).forEach((turn, times) -> profile.add(turns.get(turn), times));
    return profile.hops.entrySet().stream()
        .map(
            hop ->
                new Hop(
                    hop.getKey(),
                    hop.getValue().stream().mapToDouble(Double::doubleValue).toArray()))
        .toList();
  }

  private void add(Seen seen, Map<String, List<Long>> times) {
    if (!times.keySet().containsAll(TOPICS)) {
      return;
    }
    long turn = times.get("chat.turns").getLast();
    long prompt = times.get("chat.prompts").getFirst();
    List<Long> drafts = times.get("chat.drafts");
    List<Long> replies = times.get("chat.replies");
    add("request to turn", turn - seen.asked());
    add("turn to screened prompt", prompt - turn);
    add("screened prompt to draft", drafts.getFirst() - prompt);
    add("first draft to reply", replies.getFirst() - drafts.getFirst());
    add("first reply to reader", seen.firstText() - replies.getFirst());
    for (int i = 1; i < Math.min(drafts.size(), replies.size()); i++) {
      add("next drafts to replies", replies.get(i) - drafts.get(i));
    }
  }

  private void add(String hop, long millis) {
    hops.computeIfAbsent(hop, _ -> new ArrayList<>()).add((double) millis);
  }

  /** Conversation, then topic, then the times of its records in order. */
  private static Map<String, Map<String, List<Long>>> times(
      String bootstrap, Map<String, Seen> turns) {
    Map<String, Map<String, List<Long>>> times = new HashMap<>();
    TopicContents.read(
        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
        TOPICS,
        LIMIT,
        record -> {
          if (turns.containsKey(record.key())) {
            times
                .computeIfAbsent(record.key(), _ -> new HashMap<>())
                .computeIfAbsent(record.topic(), _ -> new ArrayList<>())
                .add(record.timestamp());
          }
        });
    return times;
  }
}
