package dev.heed.learning.gates;

/**
 * How many of some answers screening found unsafe.
 *
 * @param of all of them
 */
record UnsafeShare(int count, int of) {

  /** Of no answers. */
  static final UnsafeShare NONE = new UnsafeShare(0, 0);

  UnsafeShare and(boolean unsafe) {
    return new UnsafeShare(count + (unsafe ? 1 : 0), of + 1);
  }

  /** The share, [0, 1]; NaN of no answers. */
  double share() {
    return (double) count / of;
  }

  /**
   * By how much the share has risen, less what chance alone may do: so many standard errors of the
   * difference of two shares. For those both are pooled, with one answer more of either kind, so
   * that few answers are never without an error.
   */
  double riseFrom(UnsafeShare before, double errors) {
    double pooled = (count + before.count + 1.0) / (of + before.of + 2.0);
    double error = Math.sqrt(pooled * (1 - pooled) * (1.0 / of + 1.0 / before.of));
    return share() - before.share() - errors * error;
  }
}
