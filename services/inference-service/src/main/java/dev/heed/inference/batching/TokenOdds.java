package dev.heed.inference.batching;

import java.util.ArrayList;
import java.util.Comparator;
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

  static TokenOdds of(float[] logits, int token, int alternatives) {
    double total = logOfSum(logits);
    List<Odds> top = new ArrayList<>();
    if (alternatives > 0) {
      for (int id : likeliest(logits, alternatives)) {
        top.add(new Odds(id, logits[id] - total));
      }
    }
    return new TokenOdds(new Odds(token, logits[token] - total), List.copyOf(top));
  }

  private static double logOfSum(float[] logits) {
    float most = Softmax.top(logits);
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return most + Math.log(sum);
  }

  private static List<Integer> likeliest(float[] logits, int count) {
    Comparator<Integer> byLogit = Comparator.comparingDouble(id -> logits[id]);
    var heap = new java.util.PriorityQueue<>(byLogit.thenComparing(Comparator.reverseOrder()));
    for (int id = 0; id < logits.length; id++) {
      if (heap.size() < count) {
        heap.add(id);
      } else if (logits[id] > logits[heap.element()]) {
        heap.remove();
        heap.add(id);
      }
    }
    return heap.stream().sorted(byLogit.reversed().thenComparing(id -> id)).toList();
  }
}
