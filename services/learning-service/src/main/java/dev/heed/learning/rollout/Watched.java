package dev.heed.learning.rollout;

import java.util.Locale;

/** What a canary is compared by; of all of them less is better. */
public enum Watched {
  /** Chance that a rated reply is bad, by the label and the trust in it. */
  BAD,
  /** Chance that a rated reply is rude: the reason given, by the trust in it. */
  RUDE,
  /** Replies that were withdrawn or failed. */
  REFUSED,
  /** Time from the turn to the end of the reply. */
  LATENCY;

  /** Name in pages, reports and labels. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
