package dev.heed.safety.policy;

import dev.heed.schemas.events.PolicyAction;
import java.util.Locale;

/** What a policy does about a text, from the mildest to the strictest. */
public enum Action {
  ALLOW(PolicyAction.ALLOW),
  MARK(PolicyAction.MARK),
  /** The turn goes on, later. */
  SLOW(PolicyAction.SLOW),
  /** The person is asked what they mean; their next turn is judged with the question. */
  ASK(PolicyAction.ASK),
  REPLACE(PolicyAction.REPLACE),
  REFUSE(PolicyAction.REFUSE),
  /** Stopped, and put before reviewers. */
  HAND_OVER(PolicyAction.HAND_OVER),
  WITHDRAW(PolicyAction.WITHDRAW);

  private final PolicyAction event;

  Action(PolicyAction event) {
    this.event = event;
  }

  /** As it stands in events. */
  public PolicyAction event() {
    return event;
  }

  /** As it stands in policy files, metrics and reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True when the text goes on. */
  public boolean passes() {
    return this == ALLOW || this == MARK || this == SLOW;
  }

  /** True when it says that somebody did wrong: a question and a hand-over leave that open. */
  public boolean blames() {
    return this == REPLACE || this == REFUSE || this == WITHDRAW;
  }
}
