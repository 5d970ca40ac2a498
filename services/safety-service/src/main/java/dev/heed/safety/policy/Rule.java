package dev.heed.safety.policy;

import java.time.Duration;

/**
 * What is done about a category from a score on. A category may have several rules; of those whose
 * threshold is reached the strictest counts.
 *
 * @param threshold acts at this score and above, (0, 1]
 * @param action what to do
 * @param message the kind of canned message; empty for actions that let the text pass
 * @param delay how long a text that passes is kept back; zero for all actions but slow
 */
public record Rule(double threshold, Action action, String message, Duration delay) {

  /** With a lower threshold when the rule stops a text; a mark stays. */
  Rule stricter(double factor) {
    return action.passes() ? this : new Rule(threshold * factor, action, message, delay);
  }
}
