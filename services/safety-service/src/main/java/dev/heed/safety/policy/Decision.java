package dev.heed.safety.policy;

/**
 * What a policy decided.
 *
 * @param action what to do
 * @param category the category that decided; null when no rule applied
 * @param message the kind of canned message; empty when the text passes
 */
public record Decision(Action action, String category, String message) {

  static final Decision ALLOWED = new Decision(Action.ALLOW, null, "");
}
