package dev.heed.safety.screening;

import java.util.Map;

/**
 * What one rater says of a text.
 *
 * @param unsafe overall, [0, 1]
 * @param scores by category, [0, 1]; .5 is where the default policy acts
 */
public record Rating(double unsafe, Map<String, Double> scores) {

  /** Nothing found. */
  public static final Rating NOTHING = new Rating(0, Map.of());

  public Rating {
    scores = Map.copyOf(scores);
    check(unsafe);
    scores.values().forEach(Rating::check);
  }

  private static void check(double score) {
    // NaN fails both comparisons: a score that is no number must never pass for "safe".
    if (!(score >= 0 && score <= 1)) {
      throw new RatingException(RatingException.Cause.NOT_A_NUMBER);
    }
  }
}
