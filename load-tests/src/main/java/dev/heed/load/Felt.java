package dev.heed.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What people felt of one fault, from what they saw: how long they waited, what failed, what went
 * on.
 */
record Felt(
    double longestWaitSeconds,
    int open,
    int failed,
    double perSecondBefore,
    double perSecondDuring,
    double perSecondAfter) {

  /** Compared with this much time before the fault and after all was ready again. */
  private static final double AROUND_SECONDS = 20;

  static Felt of(Faults.Made fault, List<Ledger.Seen> seen) {
    double from = fault.atSeconds();
    // The fault itself lasts a while before anybody is asked whether all is ready.
    double until =
        from
            + fault.backAfterSeconds()
            + (fault.fault() == Fault.KILL ? 0 : Breaker.WHILE.toSeconds());
    double longest = 0;
    int open = 0;
    int failed = 0;
    for (Ledger.Seen one : seen) {
      if (one.startSeconds() <= until && one.atSeconds() >= from) {
        open++;
        failed += one.failed() ? 1 : 0;
        longest = Math.max(longest, one.longestSilenceSeconds());
      }
    }
    return new Felt(
        longest,
        open,
        failed,
        rate(seen, from - AROUND_SECONDS, from),
        rate(seen, from, until),
        rate(seen, until, until + AROUND_SECONDS));
  }

  private static double rate(List<Ledger.Seen> seen, double from, double until) {
    double begin = Math.max(0, from);
    long ended =
        seen.stream()
            .filter(s -> !s.failed() && s.atSeconds() >= begin && s.atSeconds() < until)
            .count();
    return until > begin ? ended / (until - begin) : 0;
  }

  Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("longest_wait_s", Numbers.round(longestWaitSeconds));
    out.put("turns_under_way", open);
    out.put("of_them_failed", failed);
    out.put("answered_per_second_before", Numbers.round(perSecondBefore));
    out.put("answered_per_second_during", Numbers.round(perSecondDuring));
    out.put("answered_per_second_after", Numbers.round(perSecondAfter));
    return out;
  }
}
