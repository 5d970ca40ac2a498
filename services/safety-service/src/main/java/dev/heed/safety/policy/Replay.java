package dev.heed.safety.policy;

import dev.heed.safety.screening.Role;
import java.util.Map;
import java.util.TreeMap;

/** What a policy would have decided on recorded scores, beside what was decided or another one. */
public final class Replay {

  /**
   * A recorded verdict.
   *
   * @param id names it in reports
   * @param tenant whose policy
   * @param role who wrote the text
   * @param scores by category, [0, 1]
   * @param action what was done then; null: ask the policy that is compared with
   */
  public record Recorded(
      String id, String tenant, Role role, Map<String, Double> scores, Action action) {}

  /** One verdict that would change. */
  public record Change(String id, Role role, String category, Action from, Action to) {}

  private final PolicySet before;
  private final PolicySet after;
  private final Map<String, Integer> changes = new TreeMap<>();
  private int total;

  /**
   * @param before decides where a record does not say what was done
   * @param after the policy to try
   */
  public Replay(PolicySet before, PolicySet after) {
    this.before = before;
    this.after = after;
  }

  /** Decides again; null when nothing changes. */
  public Change add(Recorded recorded) {
    total++;
    Decision old = before.of(recorded.tenant()).decide(recorded.role(), recorded.scores());
    Decision now = after.of(recorded.tenant()).decide(recorded.role(), recorded.scores());
    Action from = recorded.action() == null ? old.action() : recorded.action();
    if (from == now.action()) {
      return null;
    }
    String category = now.category() == null ? old.category() : now.category();
    String name = category == null ? "none" : category;
    changes.merge(
        recorded.role().label() + " " + name + ": " + from.label() + " -> " + now.action().label(),
        1,
        Integer::sum);
    return new Change(recorded.id(), recorded.role(), name, from, now.action());
  }

  /** Recorded verdicts so far. */
  public int total() {
    return total;
  }

  /** How many changed, by role, category and actions. */
  public Map<String, Integer> changes() {
    return Map.copyOf(changes);
  }
}
