package dev.heed.inference.batching;

/**
 * How tokens are drawn.
 *
 * @param temperature 0: the likeliest token always
 * @param topK keep the k likeliest; 0 keeps all
 * @param topP keep the likeliest tokens that together reach this probability, (0, 1]
 * @param minP keep tokens with at least this share of the likeliest one's probability, [0, 1]
 * @param repetitionPenalty divides the logits of tokens seen in prompt or reply; 1: none
 * @param presencePenalty subtracted once from tokens seen in the reply
 * @param frequencyPenalty subtracted for each time a token was seen in the reply
 * @param seed same seed, same logits: same tokens
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    long seed) {

  /** The likeliest token always. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0, 0, 0);

  public Sampling {
    require(temperature >= 0 && temperature <= 100, "temperature");
    require(topK >= 0, "topK");
    require(topP > 0 && topP <= 1, "topP");
    require(minP >= 0 && minP <= 1, "minP");
    require(repetitionPenalty > 0 && repetitionPenalty <= 10, "repetitionPenalty");
    require(Math.abs(presencePenalty) <= 2, "presencePenalty");
    require(Math.abs(frequencyPenalty) <= 2, "frequencyPenalty");
  }

  private static void require(boolean holds, String field) {
    if (!holds) {
      throw new IllegalArgumentException(field + " is out of bounds");
    }
  }

  boolean penalises() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }
}
