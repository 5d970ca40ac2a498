package dev.heed.safety.policy;

import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Role;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One version of the rules: per role and category a threshold and an action, and the canned
 * messages. Immutable.
 *
 * @param version named in every verdict
 * @param rules by role, then category; a category without a rule is allowed
 * @param messages texts by kind; each kind has at least one
 */
public record Policy(
    String version, Map<Role, Map<String, List<Rule>>> rules, Map<String, List<String>> messages) {

  /** The kind that is shown when no verdict could be reached; every policy has it. */
  public static final String UNAVAILABLE = "unavailable";

  public Policy {
    rules = Map.copyOf(rules);
    messages = Map.copyOf(messages);
  }

  /**
   * Decides on scores: the strictest action whose rule applies, self-harm before others, and of
   * equal ones the score furthest above its threshold.
   */
  public Decision decide(Role role, Map<String, Double> scores) {
    Decision best = Decision.ALLOWED;
    double margin = 0;
    Map<String, List<Rule>> own = rules.getOrDefault(role, Map.of());
    for (var scored : scores.entrySet()) {
      for (Rule rule : own.getOrDefault(scored.getKey(), List.of())) {
        if (scored.getValue() < rule.threshold()) {
          continue;
        }
        double over = scored.getValue() / rule.threshold();
        int stricter = rank(scored.getKey(), rule.action()) - rank(best.category(), best.action());
        if (stricter > 0 || stricter == 0 && over > margin) {
          best = new Decision(rule.action(), scored.getKey(), rule.message(), rule.delay());
          margin = over;
        }
      }
    }
    return best;
  }

  /**
   * The same policy with lower thresholds, for a conversation or person with a poor record.
   *
   * @param factor (0, 1]: what each acting threshold is multiplied with; marks stay as they are
   */
  public Policy stricter(double factor) {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException("factor of caution");
    }
    Map<Role, Map<String, List<Rule>>> lowered = new EnumMap<>(Role.class);
    rules.forEach(
        (role, own) -> {
          Map<String, List<Rule>> all = new HashMap<>();
          own.forEach(
              (category, list) ->
                  all.put(category, list.stream().map(rule -> rule.stricter(factor)).toList()));
          lowered.put(role, all);
        });
    return new Policy(version + "+caution", lowered, messages);
  }

  /** What is done when there is no rating. */
  public Decision failClosed(Role role) {
    Action action = role == Role.BOT ? Action.WITHDRAW : Action.REFUSE;
    return new Decision(action, Categories.UNAVAILABLE, UNAVAILABLE, Duration.ZERO);
  }

  /**
   * The canned text of a kind; the texts rotate by what is answered, so that a retry of the same
   * reply says the same.
   *
   * @param seed anything that stays the same for one reply
   */
  public String message(String kind, String seed) {
    List<String> texts = messages.getOrDefault(kind, messages.get(UNAVAILABLE));
    return texts.get(Math.floorMod(seed.hashCode(), texts.size()));
  }

  private static int rank(String category, Action action) {
    return switch (action) {
      case ALLOW -> 0;
      case MARK -> 1;
      case SLOW -> 2;
      case ASK -> 3;
      // Someone at risk gets help, whatever else the same words may score as.
      case REPLACE, REFUSE, WITHDRAW -> Categories.SELF_HARM.equals(category) ? 6 : 4;
      case HAND_OVER -> 5;
    };
  }
}
