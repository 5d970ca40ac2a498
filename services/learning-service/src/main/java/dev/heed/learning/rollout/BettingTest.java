package dev.heed.learning.rollout;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Compares the mean of a number in [0, 1], where more is worse, between a canary and everybody
 * else, and may be looked at after each observation: a test by betting (Waudby-Smith and Ramdas
 * 2024, "Estimating means of bounded random variables by betting"). Observations are taken in
 * blocks with at least one of each side; D is the difference of a block's means, in [-1, 1]. Under
 * "the canary is not worse" each wealth prod(1 + b D) is a nonnegative supermartingale for b in [0,
 * 1), and so is the mean over a few b: by Ville's inequality it ever passes 1/alpha with
 * probability at most alpha. The same with margin - D tests "the canary is worse by the margin". No
 * model of the numbers is assumed; each observation must be one of another person, since those of
 * one person go together.
 */
public final class BettingTest {

  private static final double[] BETS = {.02, .05, .1, .2, .4, .8};

  @JsonProperty private double margin;
  @JsonProperty private double[] harm = new double[BETS.length];
  @JsonProperty private double[] fine = new double[BETS.length];
  @JsonProperty private Side canary = new Side();
  @JsonProperty private Side control = new Side();
  @JsonProperty private long blocks;

  /** Sums of one side: of the open block, and of all. */
  private static final class Side {
    @JsonProperty private double blockSum;
    @JsonProperty private long blockCount;
    @JsonProperty private double sum;
    @JsonProperty private long count;

    void add(double x) {
      blockSum += x;
      blockCount++;
      sum += x;
      count++;
    }

    double take() {
      double mean = blockSum / blockCount;
      blockSum = 0;
      blockCount = 0;
      return mean;
    }
  }

  /** For reading from disk. */
  BettingTest() {}

  /**
   * @param margin difference of means, (0, 1], that would be bad enough to notice
   */
  public BettingTest(double margin) {
    if (!(margin > 0 && margin <= 1)) {
      throw new IllegalArgumentException("a margin lies in (0, 1]");
    }
    this.margin = margin;
  }

  /**
   * Takes up one observation.
   *
   * @param served by the canary, or else by what was there before
   * @param x clamped to [0, 1]
   */
  public void observe(boolean served, double x) {
    (served ? canary : control).add(Math.clamp(x, 0, 1));
    if (canary.blockCount > 0 && control.blockCount > 0) {
      double worse = canary.take() - control.take();
      blocks++;
      for (int i = 0; i < BETS.length; i++) {
        harm[i] += Math.log1p(BETS[i] * worse);
        fine[i] += Math.log1p(BETS[i] * (margin - worse) / (1 + margin));
      }
    }
  }

  private static double wealth(double[] logs) {
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(Math.min(log, 700));
    }
    return sum / logs.length;
  }

  /** Evidence that the canary is worse; over 1/alpha it may be believed, whenever that is. */
  public double harm() {
    return wealth(harm);
  }

  /** Evidence that the canary is not worse by the margin. */
  public double fine() {
    return wealth(fine);
  }

  /** Mean of the canary; NaN: none yet. */
  public double canaryMean() {
    return canary.count == 0 ? Double.NaN : canary.sum / canary.count;
  }

  /** Mean of everybody else; NaN: none yet. */
  public double controlMean() {
    return control.count == 0 ? Double.NaN : control.sum / control.count;
  }

  /** Observations of the canary. */
  public long canaryCount() {
    return canary.count;
  }

  /** Observations of everybody else. */
  public long controlCount() {
    return control.count;
  }
}
