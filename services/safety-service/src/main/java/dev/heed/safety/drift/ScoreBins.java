package dev.heed.safety.drift;

/** The fixed bins that scores are counted in; narrow near 0, where most texts lie. */
public final class ScoreBins {

  private static final double[] EDGES = {.01, .02, .05, .1, .2, .35, .5, .7, .9};

  /** How many there are. */
  public static final int COUNT = EDGES.length + 1;

  private ScoreBins() {}

  /** The bin of a score in [0, 1]. */
  public static int of(double score) {
    int bin = 0;
    while (bin < EDGES.length && score >= EDGES[bin]) {
      bin++;
    }
    return bin;
  }

  /**
   * The population stability index of two sets of counts: sum of (p - q) ln(p / q) over the bins.
   * Below .1 nothing moved, above .25 something did (Siddiqi, Credit Risk Scorecards, 2006). Half a
   * count is added to each bin of both, so that an empty one is no infinity.
   */
  public static double stability(double[] reference, double[] now) {
    double psi = 0;
    double all = sum(reference) + COUNT / 2.0;
    double allNow = sum(now) + COUNT / 2.0;
    for (int i = 0; i < COUNT; i++) {
      double q = (reference[i] + .5) / all;
      double p = (now[i] + .5) / allNow;
      psi += (p - q) * Math.log(p / q);
    }
    return psi;
  }

  private static double sum(double[] counts) {
    double sum = 0;
    for (double count : counts) {
      sum += count;
    }
    return sum;
  }
}
