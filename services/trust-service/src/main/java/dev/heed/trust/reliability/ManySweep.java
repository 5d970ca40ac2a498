package dev.heed.trust.reliability;

import java.util.Arrays;

/**
 * A {@link Sweep} for any number of classes: raters are confusion matrices (Dawid and Skene 1979)
 * that begin as the one of all raters together, each rating judged without itself (leave one out),
 * the other raters of an item tempered by how well they foretell each label.
 */
public final class ManySweep {

  private static final int ROUNDS = 12;
  private static final int MEASURED = 3;
  private static final double OWN =
      2; // ratings of a class after which a rater's own record counts half
  private static final double POOL = .5;
  private static final double CLIP = 6;
  private static final double GUESS = .75;
  private static final double[] TEMPERS = {.15, .2, .25, .3, .35, .4, .5, .6, .7, .8, .9, 1};
  private static final double KNOWN = 6;

  private final SweepInput in;
  private final int classes;
  private final double[] base;
  private final double[][] message; // log-odds by class, by event
  private final double[][] sum; // by item
  private final double[][] says; // P(label | class), by event
  private final double[] score;
  private double temper = .2;

  /** Runs to its end. */
  public ManySweep(SweepInput in, int classes) {
    this.in = in;
    this.classes = classes;
    message = new double[in.events()][classes];
    says = new double[in.events()][classes];
    sum = new double[in.items()][classes];
    score = new double[in.users()];
    for (int e = 0; e < message.length; e++) {
      Arrays.fill(message[e], Math.log((1 - GUESS) / (classes - 1)));
      message[e][in.label(e)] = Math.log(GUESS);
      centre(message[e]);
    }
    base = majority();
    for (int round = 0; round < ROUNDS; round++) {
      round(round);
    }
    add();
  }

  /** Log shares of the items' majorities. */
  private double[] majority() {
    double[][] votes = new double[in.items()][classes];
    for (int e = 0; e < message.length; e++) {
      votes[in.item(e)][in.label(e)]++;
    }
    double[] shares = new double[classes];
    Arrays.fill(shares, 1);
    for (double[] vote : votes) {
      double most = Arrays.stream(vote).max().orElse(0);
      long ties = Arrays.stream(vote).filter(v -> v == most).count();
      for (int c = 0; c < classes; c++) {
        shares[c] += vote[c] == most ? 1.0 / ties : 0;
      }
    }
    double total = in.items() + classes;
    return Arrays.stream(shares).map(s -> Math.log(s / total)).toArray();
  }

  private void round(int round) {
    add();
    double[][] belief = new double[message.length][];
    double[][][] counts = new double[in.users()][classes][classes];
    double[][] pool = new double[classes][classes];
    for (double[] row : pool) {
      Arrays.fill(row, POOL);
    }
    for (int e = 0; e < belief.length; e++) {
      belief[e] = others(e, temper);
      for (int c = 0; c < classes; c++) {
        belief[e][c] *= Math.exp(message[e][c]);
      }
      Vectors.normalise(belief[e]);
      for (int c = 0; c < classes; c++) {
        counts[in.user(e)][c][in.label(e)] += belief[e][c];
        pool[c][in.label(e)] += belief[e][c];
      }
    }
    for (double[] row : pool) {
      Vectors.normalise(row);
    }
    for (int e = 0; e < belief.length; e++) {
      speak(e, belief[e], counts[in.user(e)], pool);
    }
    scores(counts, pool);
    if (round < MEASURED) {
      add();
      double found = bestTemper();
      temper = round == MEASURED - 1 ? found : temper;
    }
  }

  private void speak(int e, double[] belief, double[][] counts, double[][] pool) {
    int label = in.label(e);
    for (int c = 0; c < classes; c++) {
      double all = OWN;
      for (double count : counts[c]) {
        all += count;
      }
      says[e][c] = (counts[c][label] - belief[c] + OWN * pool[c][label]) / (all - belief[c]);
      message[e][c] = Math.log(says[e][c]);
    }
    centre(message[e]);
    for (int c = 0; c < classes; c++) {
      message[e][c] = Math.clamp(message[e][c], -CLIP, CLIP);
    }
  }

  private void scores(double[][][] counts, double[][] pool) {
    for (int u = 0; u < score.length; u++) {
      double mean = 0;
      for (int c = 0; c < classes; c++) {
        double all = OWN;
        for (double count : counts[u][c]) {
          all += count;
        }
        mean += (counts[u][c][c] + OWN * pool[c][c]) / all / classes;
      }
      score[u] = mean;
    }
  }

  private static void centre(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    for (int c = 0; c < values.length; c++) {
      values[c] -= mean;
    }
  }

  private void add() {
    for (double[] row : sum) {
      Arrays.fill(row, 0);
    }
    for (int e = 0; e < message.length; e++) {
      for (int c = 0; c < classes; c++) {
        sum[in.item(e)][c] += message[e][c];
      }
    }
  }

  /** P(class) of an event's item by all but this event. */
  private double[] others(int e, double factor) {
    double[] p = new double[classes];
    int item = in.item(e);
    int gold = in.gold(item);
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      p[c] = base[c] + factor * (sum[item][c] - message[e][c]);
      p[c] = gold < 0 ? p[c] : gold == c ? KNOWN : 0;
      largest = Math.max(largest, p[c]);
    }
    for (int c = 0; c < classes; c++) {
      p[c] = Math.exp(p[c] - largest);
    }
    Vectors.normalise(p);
    return p;
  }

  private double bestTemper() {
    double best = 1;
    double most = Double.NEGATIVE_INFINITY;
    for (double t : TEMPERS) {
      double fit = 0;
      for (int e = 0; e < message.length; e++) {
        fit += Math.log(Vectors.dot(others(e, t), says[e]));
      }
      if (fit > most) {
        most = fit;
        best = t;
      }
    }
    return best;
  }

  /** P(the label of an event is right). */
  public double right(int event) {
    double[] p = others(event, temper);
    for (int c = 0; c < classes; c++) {
      p[c] *= says[event][c];
    }
    Vectors.normalise(p);
    return p[in.label(event)];
  }

  /** The mean of an event's rater's shares of right labels, by class. */
  public double reliability(int event) {
    return score[in.user(event)];
  }
}
