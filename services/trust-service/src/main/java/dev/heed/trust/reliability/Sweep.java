package dev.heed.trust.reliability;

import java.util.Arrays;

/**
 * All kept ratings of two classes at once, as a bounded number of rounds of expectation
 * propagation: what the stream's single pass cannot have, since its first ratings were judged
 * before anything was known of their raters. Rounds go over all raters, each a hidden Markov chain
 * over {@link SweepCells} (forwards and backwards, Rabiner 1989); between rounds the shares of
 * cells are learned (empirical Bayes; Kiefer and Wolfowitz 1956 on a grid).
 *
 * <p>Raters of one item err together: what confuses one confuses the next. Their messages are
 * therefore tempered where there is no classifier, by the factor under which the others best
 * foretell each label (leave one out). It is measured in the first rounds and then held, since
 * later on the messages have made each other true. The base rate is the majority's for the same
 * reason.
 *
 * <p>Nothing here depends on the order of raters or items, but for rounding and for who of a group
 * speaks on an item: who came first.
 */
public final class Sweep {

  private static final double HAZARD = .01; // where there is a classifier; crowds without stay
  private static final double CLIP = 6;
  private static final double STRENGTH = 20; // of the initial shares, in raters
  private static final double STRENGTH_PRIORED = 8;
  private static final int ROUNDS = 12;
  private static final int MEASURED = 3; // rounds after which the temper is held
  private static final double[] TEMPERS = {.15, .2, .25, .3, .35, .4, .5, .6, .7, .8, .9, 1};
  private static final double GOLD = 6;
  private static final double DOUBT = .6; // .5 and 1 are measured in ADR 19

  private final Params params = Params.DEFAULT;
  private final SweepInput in;
  private final SweepCells cells;
  private final double[][][] unpriored;
  private final double strength;
  private final boolean priors;
  private final boolean doubted; // there are a classifier's word and reviews that may contradict it
  private final double hazard;
  private final double base;
  private final int[][] ofUser;
  private final double[] anchor;
  private final double[] message;
  private final double[] sum; // of messages, by item
  private final double[] saysBad; // P(label | bad), by event
  private final double[] saysGood;
  private final double[] bad; // P(bad), by event
  private final double[] reliability;
  private double[] rho;
  private double temper = .2;

  /** Runs to its end. */
  public Sweep(SweepInput in) {
    this.in = in;
    priors = in.anyPrior();
    doubted = priors && in.anyGold();
    cells = new SweepCells(priors, in.anyGold());
    unpriored = new double[][][] {cells.table(0, false, 0), cells.table(1, false, 0)};
    hazard = priors ? HAZARD : 0;
    strength = priors ? STRENGTH_PRIORED : STRENGTH;
    base = priors ? 0 : in.majorityLogOdds();
    ofUser = in.eventsByUser();
    anchor = new double[in.items()];
    for (int i = 0; i < anchor.length; i++) {
      anchor[i] = anchor(in.prior(i));
    }
    int events = in.events();
    message = new double[events];
    saysBad = new double[events];
    saysGood = new double[events];
    bad = new double[events];
    sum = new double[in.items()];
    reliability = new double[events];
    rho = cells.initial.clone();
    for (int e = 0; e < events; e++) {
      message[e] = silent(e) ? 0 : in.label(e) == 1 ? Math.log(3) : -Math.log(3);
    }
    for (int round = 0; round < ROUNDS; round++) {
      round(round);
    }
  }

  /** Crowds without a classifier have their temper for raters who err alike. */
  private boolean silent(int e) {
    return priors && in.silent(e);
  }

  private double anchor(double prior) {
    if (Double.isNaN(prior)) {
      return base;
    }
    double p = Math.clamp(prior, 1e-6, 1 - 1e-6);
    return Math.clamp(params.kappa() * Vectors.logit(p), -params.anchorClip(), params.anchorClip());
  }

  private void round(int round) {
    sum();
    double[] shares = cells.initial.clone();
    for (int c = 0; c < shares.length; c++) {
      shares[c] *= strength;
    }
    double[] next = new double[message.length];
    for (int[] events : ofUser) {
      chain(events, next, shares);
    }
    System.arraycopy(next, 0, message, 0, next.length);
    cells.normalise(shares);
    rho = shares;
    if (!priors && round < MEASURED) {
      sum();
      double found = bestTemper();
      temper = round == MEASURED - 1 ? found : temper;
    }
  }

  private void sum() {
    Arrays.fill(sum, 0);
    for (int e = 0; e < message.length; e++) {
      sum[in.item(e)] += message[e];
    }
  }

  /** P(bad) of an event's item, without the event's own message. */
  private double others(int e) {
    int item = in.item(e);
    int gold = in.gold(item);
    if (gold >= 0) {
      return Vectors.sigmoid(gold == 1 ? GOLD : -GOLD);
    }
    return Vectors.sigmoid(anchor[item] + crowd(item, sum[item] - message[e], temper));
  }

  private double crowd(int item, double messages, double factor) {
    return Double.isNaN(in.prior(item))
        ? factor * messages
        : Math.clamp(params.crowdTemper() * messages, -params.crowdCap(), params.crowdCap());
  }

  /** One rater: forwards, backwards, a message to each item. */
  private void chain(int[] events, double[] next, double[] shares) {
    int n = events.length;
    double[][] ahead = new double[n][];
    double[][][] tables = new double[n][][];
    double[] q = new double[n];
    double[] w = rho;
    for (int k = 0; k < n; k++) {
      int e = events[k];
      int item = in.item(e);
      tables[k] = table(e, item);
      q[k] = others(e);
      ahead[k] = k == 0 ? rho.clone() : stay(w);
      w = likelihood(ahead[k], test(e, tables[k]), q[k]);
    }
    double score = Vectors.dot(w, cells.score);
    double[] back = new double[rho.length];
    Arrays.fill(back, 1);
    for (int k = n - 1; k >= 0; k--) {
      int e = events[k];
      double[] g = Vectors.product(ahead[k], back);
      double a = Vectors.dot(g, tables[k][0]);
      double b = Vectors.dot(g, tables[k][1]);
      saysBad[e] = a;
      saysGood[e] = b;
      bad[e] = q[k] * a / (q[k] * a + (1 - q[k]) * b);
      next[e] = silent(e) ? 0 : Math.clamp(Math.log((a + 1e-9) / (b + 1e-9)), -CLIP, CLIP);
      reliability[e] = score;
      if (k == n - 1) {
        vote(likelihood(g, test(e, tables[k]), q[k]), shares, in.share(e));
      }
      stepBack(back, test(e, tables[k]), q[k]);
    }
  }

  /** What an event makes of its rater: what a group said of a reviewed item tests who spoke. */
  private double[][] test(int e, double[][] table) {
    return silent(e) && in.gold(in.item(e)) >= 0 ? cells.nothing : table;
  }

  private double[][] table(int e, int item) {
    return Double.isNaN(in.prior(item))
        ? unpriored[in.label(e)]
        : cells.table(in.label(e), true, anchor[item]);
  }

  /** Votes on the shares of cells; a group has one vote. */
  private static void vote(double[] belief, double[] shares, double weight) {
    for (int c = 0; c < belief.length; c++) {
      shares[c] += weight * belief[c];
    }
  }

  private double[] stay(double[] w) {
    double[] ahead = new double[w.length];
    for (int c = 0; c < w.length; c++) {
      ahead[c] = (1 - hazard) * w[c] + hazard * rho[c];
    }
    return ahead;
  }

  private static double[] likelihood(double[] ahead, double[][] table, double q) {
    double[] w = new double[ahead.length];
    for (int c = 0; c < w.length; c++) {
      w[c] = ahead[c] * (q * table[0][c] + (1 - q) * table[1][c]);
    }
    Vectors.normalise(w);
    return w;
  }

  private void stepBack(double[] back, double[][] table, double q) {
    double leave = 0;
    double largest = 0;
    for (int c = 0; c < back.length; c++) {
      back[c] *= q * table[0][c] + (1 - q) * table[1][c];
      leave += rho[c] * back[c];
    }
    for (int c = 0; c < back.length; c++) {
      back[c] = (1 - hazard) * back[c] + hazard * leave;
      largest = Math.max(largest, back[c]);
    }
    for (int c = 0; c < back.length; c++) {
      back[c] /= largest;
    }
  }

  /** The temper under which the other raters foretell each label best. */
  private double bestTemper() {
    double best = 1;
    double most = Double.NEGATIVE_INFINITY;
    for (double t : TEMPERS) {
      double fit = 0;
      for (int e = 0; e < message.length; e++) {
        int item = in.item(e);
        double p = Vectors.sigmoid(anchor[item] + t * (sum[item] - message[e]));
        fit += Math.log(p * saysBad[e] + (1 - p) * saysGood[e]);
      }
      if (fit > most) {
        most = fit;
        best = t;
      }
    }
    return best;
  }

  /**
   * P(the label of an event is right).
   *
   * <p>Where reviews may contradict the classifier the stream's last word counts, too: its doubt in
   * full, the sweep's doubt in part. Each sees through attackers whom the other takes for helpers
   * (beaten_prior.py), but of few people with few reviews the sweep doubts honest ones
   * (safetymix.py).
   */
  public double right(int event) {
    double right = in.label(event) == 1 ? bad[event] : 1 - bad[event];
    double said = in.said(event);
    return doubted && !Double.isNaN(said)
        ? Math.min(said, DOUBT * right + (1 - DOUBT) * said)
        : right;
  }

  /** The mean balanced accuracy of an event's rater, after their last event. */
  public double reliability(int event) {
    return reliability[event];
  }

  /** The factor on the messages of raters of an item without a classifier's word. */
  public double temper() {
    return temper;
  }
}
