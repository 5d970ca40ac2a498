package dev.heed.safety.policy;

import java.time.Duration;

/**
 * What a policy decided.
 *
 * @param action what to do
 * @param category the category that decided; null when no rule applied
 * @param message the kind of canned message; empty when the text passes
 * @param delay how long the text is kept back before it goes on
 */
public record Decision(Action action, String category, String message, Duration delay) {

  static final Decision ALLOWED = new Decision(Action.ALLOW, null, "", Duration.ZERO);
}
