package dev.heed.trust.flow;

import java.nio.ByteBuffer;
import java.util.OptionalDouble;

/** What reviewers said of items, in log-odds of bad; every reviewer counts alike. */
final class Gold {

  /**
   * What one reviewer's word is worth: right in 97 of 100 cases, as the page's blind re-asks say.
   */
  static final double WORD = Math.log(.97 / .03);

  private static final double LIMIT = 6;

  private final Work work;

  Gold(Work work) {
    this.work = work;
  }

  /** Replaces what one review said; 0 takes it back. */
  void add(String item, String review, double logOdds) {
    String key = item + "/" + review;
    if (work.store(Store.GOLD).get(key) == null) {
      work.age(Store.GOLD, key);
    }
    double word = Double.isFinite(logOdds) ? Math.clamp(logOdds, -WORD, WORD) : 0;
    work.store(Store.GOLD).put(key, ByteBuffer.allocate(8).putDouble(word).array());
  }

  /** All reviewers together; 0: none, or as many say the one as the other. */
  double logOdds(String item) {
    double sum = 0;
    for (byte[] word : work.store(Store.GOLD).under(item + "/").values()) {
      sum += ByteBuffer.wrap(word).getDouble();
    }
    return Math.clamp(sum, -LIMIT, LIMIT);
  }

  /** P(bad) by reviewers, else what the classifier says. */
  OptionalDouble prior(String item, OptionalDouble classifier) {
    double sum = logOdds(item);
    return sum == 0 ? classifier : OptionalDouble.of(1 / (1 + Math.exp(-sum)));
  }
}
