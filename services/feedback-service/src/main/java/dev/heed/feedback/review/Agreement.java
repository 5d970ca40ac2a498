package dev.heed.feedback.review;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Krippendorff's alpha for nominal labels: 1 - observed / expected disagreement (Krippendorff 2011,
 * "Computing Krippendorff's Alpha-Reliability"). Items with one answer say nothing about agreement.
 */
final class Agreement {

  private Agreement() {}

  /**
   * The coefficient.
   *
   * @param units the answers to each item
   * @return 1: always agreed, 0: as by chance; empty: no pair of answers, or only one label at all
   */
  static OptionalDouble alpha(Collection<? extends Collection<String>> units) {
    Map<String, Double> marginal = new HashMap<>();
    double disagreed = 0;
    double n = 0;
    for (Collection<String> answers : units) {
      int m = answers.size();
      if (m < 2) {
        continue;
      }
      n += m;
      for (String one : answers) {
        marginal.merge(one, 1.0, Double::sum);
        long others = answers.stream().filter(other -> !other.equals(one)).count();
        disagreed += others / (double) (m - 1);
      }
    }
    double expected = n * n;
    for (double count : marginal.values()) {
      expected -= count * count;
    }
    return n < 2 || expected == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(1 - (n - 1) * disagreed / expected);
  }
}
