package dev.heed.learning.reward;

import java.util.List;

/**
 * P(a reply is good): logistic regression on frozen features, trained on soft labels with weights.
 * The loss of an example with belief t in [0, 1] and weight w is w * (-t log p - (1 - t) log(1 -
 * p)); added is L2 on the weights, not on the bias. With a cross-entropy loss and a bias its mean
 * prediction over what it was trained on is the mean belief: calibrated in the large.
 */
public final class RewardModel {

  private static final int STEPS = 300;
  private static final double RATE = .03;
  private static final double FADE = 1e-8;

  /**
   * One example.
   *
   * @param features as {@link Scale} makes them
   * @param good belief that the reply is good, [0, 1]
   * @param weight not negative; 0 has no say
   */
  public record Example(float[] features, double good, double weight) {}

  private final double[] weights;

  private RewardModel(double[] weights) {
    this.weights = weights;
  }

  /** Mean weighted loss, nats. */
  public double loss(List<Example> examples) {
    double loss = 0;
    double total = 0;
    for (Example e : examples) {
      double p = Math.clamp(score(e.features()), 1e-9, 1 - 1e-9);
      loss -= e.weight() * (e.good() * Math.log(p) + (1 - e.good()) * Math.log(1 - p));
      total += e.weight();
    }
    return total > 0 ? loss / total : 0;
  }

  /** The weights, the bias last. */
  double[] weights() {
    return weights.clone();
  }

  /** P(good) of scaled features. */
  public double score(float[] features) {
    return sigmoid(logOdds(weights, features));
  }

  /**
   * Trains by Adam (Kingma and Ba 2015) over all examples a step: same examples, same model.
   *
   * @param examples at least one with a weight; features are finite
   * @param ridge strength of L2, per mean weight of one example
   */
  public static RewardModel train(List<Example> examples, double ridge) {
    return train(examples, ridge, (step, of) -> {});
  }

  /** Told of each step of training. */
  public interface Steps {
    void done(int step, int of);
  }

  /** The same, and tells how far it is. */
  public static RewardModel train(List<Example> examples, double ridge, Steps steps) {
    double total = examples.stream().mapToDouble(Example::weight).sum();
    if (!(total > 0)) {
      throw new IllegalArgumentException("nothing to learn from: no example has a weight");
    }
    examples.forEach(RewardModel::check);
    int width = examples.getFirst().features().length + 1;
    double[] weights = new double[width];
    double[] first = new double[width];
    double[] second = new double[width];
    for (int step = 1; step <= STEPS; step++) {
      double[] gradient = gradient(weights, examples, total, ridge);
      double rate = RATE * Math.min(1, 2.0 * (STEPS - step + 1) / STEPS);
      for (int i = 0; i < width; i++) {
        first[i] = .9 * first[i] + .1 * gradient[i];
        second[i] = .999 * second[i] + .001 * gradient[i] * gradient[i];
        double mean = first[i] / (1 - Math.pow(.9, step));
        double scale = Math.sqrt(second[i] / (1 - Math.pow(.999, step)));
        weights[i] -= rate * mean / (scale + FADE);
      }
      steps.done(step, STEPS);
    }
    return new RewardModel(weights);
  }

  /** One feature that is no number would make every score none, and every choice the first one. */
  private static void check(Example example) {
    for (float feature : example.features()) {
      if (!Float.isFinite(feature)) {
        throw new IllegalArgumentException("a feature is not a finite number");
      }
    }
  }

  /** The gradient of the mean loss; the bias is last. */
  static double[] gradient(double[] weights, List<Example> examples, double total, double ridge) {
    double[] gradient = new double[weights.length];
    for (Example example : examples) {
      if (example.weight() > 0) {
        double p = sigmoid(logOdds(weights, example.features()));
        double slope = example.weight() * (p - example.good()) / total;
        for (int i = 0; i < example.features().length; i++) {
          gradient[i] += slope * example.features()[i];
        }
        gradient[weights.length - 1] += slope;
      }
    }
    for (int i = 0; i < weights.length - 1; i++) {
      gradient[i] += ridge * weights[i];
    }
    return gradient;
  }

  private static double logOdds(double[] weights, float[] features) {
    double sum = weights[weights.length - 1];
    for (int i = 0; i < features.length; i++) {
      sum += weights[i] * features[i];
    }
    return sum;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Brings each feature to mean 0 and, by groups, to a common scale; learnt without labels. */
  public static final class Scale {

    /** How far from its mean a scaled feature counts. */
    static final double FARTHEST = 5;

    private final double[] mean;
    private final double[] factor;

    /** Of all texts at hand. */
    public Scale(List<float[]> all) {
      int width = all.getFirst().length;
      mean = new double[width];
      factor = new double[width];
      for (int i = 0; i < width; i++) {
        double sum = 0;
        double squares = 0;
        for (float[] x : all) {
          sum += x[i];
          squares += (double) x[i] * x[i];
        }
        mean[i] = sum / all.size();
        double variance = squares / all.size() - mean[i] * mean[i];
        double share = i < 2 * SentenceEncoder.WIDTH ? .25 : 1;
        factor[i] = variance > 1e-12 ? share / Math.sqrt(variance) : 0;
      }
    }

    double[] means() {
      return mean.clone();
    }

    double[] factors() {
      return factor.clone();
    }

    /** The same features, scaled, each within [-5, 5]. */
    public float[] of(float[] features) {
      float[] scaled = new float[features.length];
      for (int i = 0; i < features.length; i++) {
        scaled[i] = (float) Math.clamp((features[i] - mean[i]) * factor[i], -FARTHEST, FARTHEST);
      }
      return scaled;
    }
  }
}
