package dev.heed.safety.screening;

import dev.heed.safety.policy.Action;
import dev.heed.schemas.events.Verdict;
import java.time.Duration;

/**
 * A verdict and what the policy does about it.
 *
 * @param verdict what was found, as it stands in events
 * @param action what to do
 * @param message the kind of canned message that goes with a refusal
 * @param failure why there is no rating; null when there is one
 * @param delay how long a text that passes is kept back
 */
public record Judgement(
    Verdict verdict, Action action, String message, RatingException.Cause failure, Duration delay) {

  /** True when the text may be shown, or given to the model. */
  public boolean passes() {
    return action.passes();
  }

  /** True when there was no rating because too many texts wait: worth another try soon. */
  public boolean overloaded() {
    return failure == RatingException.Cause.OVERLOADED;
  }
}
