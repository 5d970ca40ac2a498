package dev.heed.trust.reliability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The filter for any number of classes: one-coin raters, who are right with some accuracy and else
 * pick any other class alike (Dawid and Skene 1979, tied). Accuracy is a grid; classes are found as
 * they come. One pass: earlier beliefs are not revised. Not safe for several threads.
 */
public final class ManyClassFilter {

  private static final double[] ACCURACY = {.03, .1, .2, .35, .5, .65, .8, .9, .97};
  private static final double[] SHARE = {.03, .04, .05, .06, .08, .14, .22, .22, .16};
  private static final double MESSAGE_CLIP = 4;
  private static final double KNOWN = .998; // P(the label of a review)

  private final Map<String, double[]> raters = new HashMap<>();
  private final Map<String, Map<String, Double>> logOddsByItem = new HashMap<>();
  private final Map<String, Map<String, String>> said = new HashMap<>(); // item, rater, label
  private final Map<String, String> gold = new HashMap<>(); // item, label by review
  private final Map<String, Double> counts = new LinkedHashMap<>();

  /** What is believed of one rating: P(right) and the rater's mean accuracy. */
  public record Belief(double pRight, double reliability) {}

  /**
   * One rating.
   *
   * @param prior P(label) by label; empty: the shares of raw labels so far
   */
  public Belief rate(String user, String item, String label, Map<String, Double> prior) {
    counts.merge(label, 1.0, Double::sum);
    prior.keySet().forEach(known -> counts.merge(known, 0.0, Double::sum));
    int classes = Math.max(2, counts.size());
    Map<String, Double> others = posterior(item, prior);
    double q = others.getOrDefault(label, 1.0 / classes);
    double[] belief = raters.computeIfAbsent(user, _ -> SHARE.clone());
    double mean = mean(belief);
    double wrong = (1 - mean) / (classes - 1);
    double right = q * mean / (q * mean + (1 - q) * wrong);
    if (said.computeIfAbsent(item, _ -> new LinkedHashMap<>()).putIfAbsent(user, label) == null) {
      double message = Math.clamp(Math.log(mean / wrong), -MESSAGE_CLIP, MESSAGE_CLIP);
      logOddsByItem
          .computeIfAbsent(item, _ -> new LinkedHashMap<>())
          .merge(label, message, Double::sum);
      learn(belief, q, classes);
    }
    return new Belief(right, mean(belief));
  }

  /** A changed belief of an earlier rating. */
  public record Revision(String user, Belief belief) {}

  /**
   * What a reviewer found an item to be: its raters are tested on it.
   *
   * @return what is now believed of their ratings of it; none where it was reviewed before
   */
  public List<Revision> review(String item, String truth) {
    List<Revision> revisions = new ArrayList<>();
    if (!said.containsKey(item) || gold.putIfAbsent(item, truth) != null) {
      return revisions;
    }
    int classes = Math.max(2, counts.size());
    said.get(item)
        .forEach(
            (user, label) -> {
              double right = label.equals(truth) ? KNOWN : 1 - KNOWN;
              double[] belief = raters.get(user);
              learn(belief, right, classes);
              revisions.add(new Revision(user, new Belief(right, mean(belief))));
            });
    return revisions;
  }

  private Map<String, Double> posterior(String item, Map<String, Double> prior) {
    if (gold.containsKey(item)) {
      double wrong = (1 - KNOWN) / Math.max(1, counts.size() - 1);
      Map<String, Double> known = new LinkedHashMap<>();
      counts.keySet().forEach(label -> known.put(label, wrong));
      known.put(gold.get(item), KNOWN);
      return known;
    }
    double total = counts.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> votes = logOddsByItem.getOrDefault(item, Map.of());
    Map<String, Double> weights = new LinkedHashMap<>();
    double sum = 0;
    for (String label : counts.keySet()) {
      double share = (counts.get(label) + 1) / (total + counts.size());
      double weight = prior.getOrDefault(label, share) * Math.exp(votes.getOrDefault(label, 0.0));
      weights.put(label, weight);
      sum += weight;
    }
    double norm = sum;
    weights.replaceAll((_, weight) -> norm > 0 ? weight / norm : 1.0 / weights.size());
    return weights;
  }

  private static void learn(double[] belief, double q, int classes) {
    double sum = 0;
    for (int i = 0; i < belief.length; i++) {
      belief[i] *= q * ACCURACY[i] + (1 - q) * (1 - ACCURACY[i]) / (classes - 1);
      sum += belief[i];
    }
    for (int i = 0; i < belief.length; i++) {
      belief[i] /= sum;
    }
  }

  private static double mean(double[] belief) {
    double mean = 0;
    for (int i = 0; i < belief.length; i++) {
      mean += belief[i] * ACCURACY[i];
    }
    return mean;
  }
}
