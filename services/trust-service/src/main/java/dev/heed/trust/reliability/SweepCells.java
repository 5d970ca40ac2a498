package dev.heed.trust.reliability;

import java.util.ArrayList;
import java.util.List;

/**
 * What a rater may be in a {@link Sweep}: sensitivity and specificity on a grid, times what the
 * classifier is worth on the items that they go for: its word, or the opposite of its word.
 *
 * <p>The latter are told from others by reviews alone, so they exist only where there are some.
 */
final class SweepCells {

  private static final double[] LEVELS = {.03, .1, .2, .35, .5, .65, .8, .9, .97};

  /** In crowds without a classifier: who hardly ever errs about one class is told apart there. */
  private static final double[] FINE = {.01, .03, .1, .2, .35, .5, .65, .8, .9, .97, .99};

  /** How good people are about one class, before anything is known. */
  private static final double[] SHARE = {.01, .02, .03, .04, .05, .08, .16, .24, .2, .12, .05};

  private static final double INVERTED = .03;

  /** Measured on the pool `tune` of load-tests/trust/safetymix.py: .45 flips honest raters. */
  private static final double MOST_INVERTED = .25;

  private static final double PICK = .95;

  private record Cell(
      double sensitivity, double specificity, int pick, boolean inverted, double mass) {}

  private final List<Cell> cells = new ArrayList<>();

  /** Mass before anything is known. */
  final double[] initial;

  /** Balanced accuracy. */
  final double[] score;

  /** What an event says that says nothing. */
  final double[][] nothing;

  SweepCells(boolean priors, boolean reviews) {
    if (!priors) {
      grid();
    } else if (reviews) {
      typed(1 - INVERTED, false);
      typed(INVERTED, true);
    } else {
      typed(1, false);
    }
    initial = cells.stream().mapToDouble(Cell::mass).toArray();
    Vectors.normalise(initial);
    score = cells.stream().mapToDouble(c -> (c.sensitivity() + c.specificity()) / 2).toArray();
    nothing = Vectors.nothing(cells.size());
  }

  private void grid() {
    for (int a = 0; a < FINE.length; a++) {
      for (int b = 0; b < FINE.length; b++) {
        cells.add(new Cell(FINE[a], FINE[b], 0, false, SHARE[a] * SHARE[b]));
      }
    }
  }

  /** Helpers, lazy people, liars, those who always say the same, and anything, as in the filter. */
  private void typed(double mass, boolean inverted) {
    double[] help = {0, 0, 0, 0, 0, .06, .2, .4, .34};
    double[] lie = {.25, .35, .25, .15, 0, 0, 0, 0, 0};
    for (int a = 0; a < LEVELS.length; a++) {
      for (int b = 0; b < LEVELS.length; b++) {
        double m = .6 * help[a] * help[b] + .14 * lie[a] * lie[b] + .04 / 81;
        m += a == 4 && b == 4 ? .08 : 0;
        m += opposite(a, b) ? .07 : 0;
        cells.add(new Cell(LEVELS[a], LEVELS[b], 0, inverted, mass * m));
      }
    }
    if (!inverted) {
      cells.add(new Cell(.03, .97, 1, inverted, mass * .03));
      cells.add(new Cell(.2, .8, 1, inverted, mass * .01));
      for (double level : new double[] {.9, .97}) {
        cells.add(new Cell(level, level, 1, inverted, mass * .005));
        cells.add(new Cell(level, level, -1, inverted, mass * .005));
      }
    }
  }

  private static boolean opposite(int a, int b) {
    return a == 0 && b == LEVELS.length - 1 || a == LEVELS.length - 1 && b == 0;
  }

  int size() {
    return cells.size();
  }

  /**
   * Normalises, and keeps the mass of those for whom the classifier is inverted below one half: a
   * liar on whose items it is wrong and an honest rater on whose items it is right say the same,
   * and nobody's labels are turned round for what others were found to be.
   */
  void normalise(double[] shares) {
    Vectors.normalise(shares);
    double inverted = 0;
    for (int c = 0; c < shares.length; c++) {
      inverted += cells.get(c).inverted() ? shares[c] : 0;
    }
    if (inverted > MOST_INVERTED) {
      for (int c = 0; c < shares.length; c++) {
        shares[c] *=
            cells.get(c).inverted()
                ? MOST_INVERTED / inverted
                : (1 - MOST_INVERTED) / (1 - inverted);
      }
    }
  }

  /**
   * r_z P(label | z, cell) with r_z = P(z | cell) / P(z), [z = bad 0, good 1][cell].
   *
   * @param anchor log-odds of bad by the classifier; 0 where there is none
   */
  double[][] table(int label, boolean prior, double anchor) {
    double[][] table = new double[2][cells.size()];
    double p = Vectors.sigmoid(anchor);
    for (int c = 0; c < cells.size(); c++) {
      Cell cell = cells.get(c);
      double bad = label == 1 ? cell.sensitivity() : 1 - cell.sensitivity();
      double good = label == 1 ? 1 - cell.specificity() : cell.specificity();
      if (prior && cell.inverted()) {
        bad *= (1 - p) / p;
        good *= p / (1 - p);
      } else if (prior && cell.pick() != 0) {
        double own = cell.pick() > 0 ? PICK : 1 - PICK;
        bad *= 2 * own;
        good *= 2 * (1 - own);
      }
      table[0][c] = bad;
      table[1][c] = good;
    }
    return table;
  }
}
