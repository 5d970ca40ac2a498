package dev.heed.trust.reliability;

import java.util.Arrays;

/** Small arithmetic on beliefs. */
final class Vectors {

  private Vectors() {}

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  static void normalise(double[] w) {
    double sum = 0;
    for (double x : w) {
      sum += x;
    }
    for (int i = 0; i < w.length; i++) {
      w[i] /= sum;
    }
  }

  /** a b, normalised. */
  static double[] product(double[] a, double[] b) {
    double[] g = new double[a.length];
    for (int c = 0; c < g.length; c++) {
      g[c] = a[c] * b[c];
    }
    normalise(g);
    return g;
  }

  /** What an event says that says nothing: 1 for both kinds of item and each cell. */
  static double[][] nothing(int cells) {
    double[][] table = new double[2][cells];
    Arrays.fill(table[0], 1);
    Arrays.fill(table[1], 1);
    return table;
  }

  /** Sum of the absolute differences. */
  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return sum;
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-Math.clamp(x, -60, 60)));
  }

  static double logit(double p) {
    return Math.log(p / (1 - p));
  }
}
