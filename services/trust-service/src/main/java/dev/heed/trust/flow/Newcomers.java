package dev.heed.trust.flow;

import dev.heed.schemas.events.FeedbackWeighted;
import java.nio.ByteBuffer;

/**
 * New accounts share a cap of influence: the weight that all of them together may give in a while
 * is a share of what known people gave, and no less than an allowance, so that a young deployment
 * learns at all. Accounts that come by the hundred then weigh no more than a few would. What is
 * believed of their labels ({@code p_right}) is left alone.
 */
final class Newcomers {

  /** Sums of absolute weights, fading by a half in each {@link #HALF_LIFE_MILLIS}. */
  private record Sums(double known, double fresh, long at) {

    Sums now(long millis) {
      double fade = Math.pow(.5, Math.max(0, millis - at) / HALF_LIFE_MILLIS);
      return new Sums(known * fade, fresh * fade, Math.max(at, millis));
    }
  }

  private static final double HALF_LIFE_MILLIS = 60 * 60 * 1000.0;
  private static final String NAME = "newcomers";

  private final Work work;

  Newcomers(Work work) {
    this.work = work;
  }

  /**
   * A label's first belief, with the weight that is left to its giver.
   *
   * @param ratings of its giver, this one included
   */
  FeedbackWeighted capped(FeedbackWeighted event, long ratings) {
    Sums sums = read().now(work.now());
    double weight = Math.abs(event.getWeight());
    if (ratings > work.config.newcomers().ratings()) {
      write(new Sums(sums.known() + weight, sums.fresh(), sums.at()));
      return event;
    }
    double cap =
        Math.max(
            work.config.newcomers().allowance(), work.config.newcomers().share() * sums.known());
    double left = Math.max(0, cap - sums.fresh());
    double factor = weight <= left ? 1 : left / weight;
    write(new Sums(sums.known(), sums.fresh() + weight * factor, sums.at()));
    if (factor == 1) {
      return event;
    }
    work.meters.capped();
    return Weights.copy(event).setWeight(event.getWeight() * factor).build();
  }

  private Sums read() {
    byte[] bytes = work.store(Store.PARTITION).get(NAME);
    if (bytes == null) {
      return new Sums(0, 0, work.now());
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Sums(in.getDouble(), in.getDouble(), in.getLong());
  }

  private void write(Sums sums) {
    work.store(Store.PARTITION)
        .put(
            NAME,
            ByteBuffer.allocate(24)
                .putDouble(sums.known())
                .putDouble(sums.fresh())
                .putLong(sums.at())
                .array());
  }
}
