package dev.heed.safety.policy;

/**
 * What to do about one category of one role.
 *
 * @param threshold acts at this score and above, (0, 1]
 * @param action what to do
 * @param message the kind of canned message; empty for actions that let the text pass
 */
public record Rule(double threshold, Action action, String message) {

  /** With a lower threshold when the rule stops a text; a mark stays. */
  Rule stricter(double factor) {
    return action.passes() ? this : new Rule(threshold * factor, action, message);
  }
}
