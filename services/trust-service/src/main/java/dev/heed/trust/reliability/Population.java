package dev.heed.trust.reliability;

/**
 * What is known of all raters together: the shares of types (empirical Bayes) and of raw labels.
 */
public final class Population {

  private static final int BINS = 5;

  /** How many reviews weigh as much as the classifier's own word. */
  private static final double WORD = 12;

  private final Params params;
  private final Cells cells;
  final double[] counts;

  /**
   * Of reviewed items by what the classifier said, least to most bad: how many were bad, and all.
   */
  final double[] priorBad = new double[BINS];

  final double[] priorSeen = new double[BINS];
  double ones = 5;
  double labels = 10;

  /** Belief about a rater of whom nothing is known, by cell. */
  double[] rho;

  double[] shares; // of types, at the last refresh

  Population(Params params, Cells cells) {
    this.params = params;
    this.cells = cells;
    counts = new double[cells.initialShares.length];
    refresh();
  }

  /** Recomputes the shares and rho from the counts. */
  void refresh() {
    double total = params.sharePrior();
    for (double count : counts) {
      total += count;
    }
    double[] now = new double[counts.length];
    for (int t = 0; t < counts.length; t++) {
      now[t] = (params.sharePrior() * cells.initialShares[t] + counts[t]) / total;
    }
    share(now);
  }

  /** Takes these shares of types and mixes rho. */
  void share(double[] now) {
    shares = now;
    rho = new double[cells.size()];
    for (int t = 0; t < shares.length; t++) {
      for (int c = 0; c < rho.length; c++) {
        rho[c] += shares[t] * cells.types[t][c];
      }
    }
  }

  /** Lets a rater vote on the shares, at most once in all and as far as they were tested. */
  void count(Rater rater) {
    double vote = Math.min(1, rater.tested / params.proof());
    double[] now = new double[counts.length];
    for (int t = 0; t < now.length; t++) {
      double mass = 0;
      for (int c = 0; c < rho.length; c++) {
        mass += shares[t] * cells.types[t][c] / Math.max(rho[c], 1e-12) * rater.belief[c];
      }
      now[t] = vote * mass;
      counts[t] += now[t] - (rater.shares == null ? 0 : rater.shares[t]);
    }
    rater.shares = now;
  }

  /** Takes a rater's vote on the shares back. */
  void forget(Rater rater) {
    if (rater.shares != null) {
      for (int t = 0; t < counts.length; t++) {
        counts[t] -= rater.shares[t];
      }
      rater.shares = null;
      refresh();
    }
  }

  /**
   * Mean and standard deviation of a rater's balanced accuracy.
   *
   * @param belief by cell; null: of somebody of whom nothing is known
   */
  double[] reliability(double[] belief) {
    double[] known = belief == null ? rho : belief;
    double mean = Vectors.dot(known, cells.score);
    double square = 0;
    for (int c = 0; c < cells.size(); c++) {
      square += known[c] * cells.score[c] * cells.score[c];
    }
    return new double[] {mean, Math.sqrt(Math.max(0, square - mean * mean))};
  }

  void countLabel(int label) {
    ones += label;
    labels++;
  }

  void discountLabel(int label) {
    ones -= label;
    labels--;
  }

  /** Log-odds of label 1 among all raw labels, clipped. */
  double baseLogOdds() {
    double pi = ones / labels;
    return Math.clamp(Math.log(pi / (1 - pi)), -params.baseClip(), params.baseClip());
  }

  /**
   * A review of an item of which the classifier had said that much: its own record.
   *
   * @param weight less than 1 where the item was sought out because the classifier is wrong there
   */
  void judgePrior(double anchor, boolean bad, double weight) {
    priorBad[bin(anchor)] += bad ? weight : 0;
    priorSeen[bin(anchor)] += weight;
  }

  /** The classifier's log-odds after its record among items of which it said about the same. */
  double anchor(double said) {
    double seen = priorSeen[bin(said)];
    if (seen == 0) {
      return said;
    }
    double p = 1 / (1 + Math.exp(-said));
    double now = (WORD * p + priorBad[bin(said)]) / (WORD + seen);
    return Math.clamp(Math.log(now / (1 - now)), -params.anchorClip(), params.anchorClip());
  }

  private int bin(double anchor) {
    double share = (anchor + params.anchorClip()) / (2 * params.anchorClip());
    return Math.clamp((int) (share * BINS), 0, BINS - 1);
  }
}
