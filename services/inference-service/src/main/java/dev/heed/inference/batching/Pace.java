package dev.heed.inference.batching;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How fast a line moves, measured since it was last empty. While nobody waits, or too few were
 * served since, nothing is known and nothing is refused. Not safe for several threads.
 */
final class Pace {

  /** Served before the measure counts: a batch that leaves together is not the pace. */
  private static final int LEAST = 8;

  private final InstantSource clock;
  private Instant since;
  private long served;

  Pace(InstantSource clock) {
    this.clock = clock;
  }

  /** Whoever was first in the line is served. */
  void served() {
    served++;
  }

  /** Tells how long the line is now; an empty one ends the measure. */
  void length(int waiting) {
    if (waiting == 0) {
      since = null;
      served = 0;
    } else if (since == null) {
      since = clock.instant();
    }
  }

  /**
   * Whether a request would still wait at its deadline.
   *
   * @param ahead how many are served before it
   */
  boolean isTooLate(long ahead, Instant deadline) {
    if (since == null || served < LEAST) {
      return false;
    }
    Instant now = clock.instant();
    double each = (double) Duration.between(since, now).toNanos() / served;
    return now.plusNanos((long) (each * (ahead + 1))).isAfter(deadline);
  }
}
