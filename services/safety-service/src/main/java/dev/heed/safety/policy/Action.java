package dev.heed.safety.policy;

import dev.heed.schemas.events.PolicyAction;
import java.util.Locale;

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

  /** As it stands in policy files, metrics and reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True when the text goes on. */
  public boolean passes() {
    return this == ALLOW || this == MARK;
  }
}
