package dev.heed.safety.policy;

import dev.heed.schemas.events.PolicyAction;

/** What a policy does about a text, from the mildest to the strictest. */
public enum Action {
  ALLOW(PolicyAction.ALLOW),
  MARK(PolicyAction.MARK),
  REPLACE(PolicyAction.REPLACE),
  REFUSE(PolicyAction.REFUSE),
  WITHDRAW(PolicyAction.WITHDRAW);

  private final PolicyAction event;

  Action(PolicyAction event) {
    this.event = event;
  }

  /** As it stands in events. */
  public PolicyAction event() {
    return event;
  }

  /** True when the text goes on. */
  public boolean passes() {
    return this == ALLOW || this == MARK;
  }
}
