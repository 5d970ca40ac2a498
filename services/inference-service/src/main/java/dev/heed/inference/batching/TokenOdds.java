package dev.heed.inference.batching;

import java.util.ArrayList;
import java.util.List;

/**
 * How likely a drawn token was to the model: natural logarithms of probabilities, before penalties,
 * biases and temperature.
 *
 * @param drawn the token
 * @param top the likeliest ones, the likeliest first
 */
public record TokenOdds(Odds drawn, List<Odds> top) {

  /** A token and the logarithm of its probability. */
  public record Odds(int token, double logprob) {}

  /**
   * Of one token.
   *
   * @param logits one row, unchanged
   * @param alternatives so many of the likeliest are told, 0 or more
   * @param weights of this row, at temperature 1
   */
  static TokenOdds of(float[] logits, int token, int alternatives, TokenWeights weights) {
    double total = weights.logOfTotal();
    List<Odds> top = new ArrayList<>();
    for (int id : weights.heaviest(alternatives)) {
      top.add(new Odds(id, logits[id] - total));
    }
    return new TokenOdds(new Odds(token, logits[token] - total), List.copyOf(top));
  }
}
