package dev.heed.trust.reliability;

/** The steps of a rater's hidden Markov chain (Rabiner 1989), and what an event says. */
final class Chain {

  private final Params params;
  private final Population population;

  Chain(Params params, Population population) {
    this.params = params;
    this.population = population;
  }

  /** w' = (1 - hazard) w + hazard rho. */
  double[] predict(double[] belief) {
    double[] rho = population.rho;
    if (belief == null) {
      return rho.clone();
    }
    double[] ahead = new double[rho.length];
    for (int c = 0; c < ahead.length; c++) {
      ahead[c] = (1 - params.hazard()) * belief[c] + params.hazard() * rho[c];
    }
    return ahead;
  }

  /** The belief after an event. */
  static double[] posterior(double[] ahead, double[][] table, double q) {
    double[] w = new double[ahead.length];
    for (int c = 0; c < w.length; c++) {
      w[c] = ahead[c] * (q * table[0][c] + (1 - q) * table[1][c]);
    }
    Vectors.normalise(w);
    return w;
  }

  /** How likely an event is, up to a factor that is the same for both labels. */
  static double likelihood(double[] g, double[][] table, double q) {
    return q * Vectors.dot(g, table[0]) + (1 - q) * Vectors.dot(g, table[1]);
  }

  /** P(bad) from the belief about the rater without this event. */
  static double bad(double[] g, double[][] table, double q) {
    double a = Vectors.dot(g, table[0]);
    double b = Vectors.dot(g, table[1]);
    return q * a / (q * a + (1 - q) * b);
  }

  /** What the label tells the item, in log-odds of bad. */
  double message(double[] g, double[][] table) {
    double logOdds =
        Math.log((Vectors.dot(g, table[0]) + 1e-9) / (Vectors.dot(g, table[1]) + 1e-9));
    return Math.clamp(logOdds, -params.messageClip(), params.messageClip());
  }

  /** One step of the backward pass; scaled, as only ratios count. */
  void stepBack(double[] back, double[][] table, double q) {
    double stay = 0;
    double largest = 0;
    for (int c = 0; c < back.length; c++) {
      back[c] *= q * table[0][c] + (1 - q) * table[1][c];
      stay += population.rho[c] * back[c];
    }
    for (int c = 0; c < back.length; c++) {
      back[c] = (1 - params.hazard()) * back[c] + params.hazard() * stay;
      largest = Math.max(largest, back[c]);
    }
    for (int c = 0; c < back.length; c++) {
      back[c] /= largest;
    }
  }
}
