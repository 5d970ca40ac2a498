package dev.heed.inference.batching;

import java.util.Map;

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
 * @param typicalP keep the tokens whose surprise is closest to the expected one and that together
 *     reach this probability, (0, 1]; 1: off (Meister et al. 2022)
 * @param noRepeatNgram no sequence of so many tokens comes twice in the reply; 0: off
 * @param biases added to the logits, by token id
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
    double typicalP,
    int noRepeatNgram,
    Map<Integer, Double> biases,
    long seed) {

  /** The likeliest token always. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0, 0, 1, 0, Map.of(), 0);

  public Sampling {
    require(temperature >= 0 && temperature <= 100, "temperature");
    require(topK >= 0, "topK");
    require(topP > 0 && topP <= 1, "topP");
    require(minP >= 0 && minP <= 1, "minP");
    require(repetitionPenalty > 0 && repetitionPenalty <= 10, "repetitionPenalty");
    require(Math.abs(presencePenalty) <= 2, "presencePenalty");
    require(Math.abs(frequencyPenalty) <= 2, "frequencyPenalty");
    require(typicalP > 0 && typicalP <= 1, "typicalP");
    require(noRepeatNgram >= 0, "noRepeatNgram");
    biases = Map.copyOf(biases);
    for (double bias : biases.values()) {
      require(Math.abs(bias) <= 100, "logitBias");
    }
  }

  private static void require(boolean holds, String field) {
    if (!holds) {
      throw new IllegalArgumentException(field + " is out of bounds");
    }
  }

  boolean penalises() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }

  /** The same with other draws. */
  public Sampling withSeed(long other) {
    return new Sampling(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        typicalP,
        noRepeatNgram,
        biases,
        other);
  }

  /** Without locally typical sampling, blocked sequences and biases. */
  public static Sampling of(
      double temperature,
      int topK,
      double topP,
      double minP,
      double repetitionPenalty,
      double presencePenalty,
      double frequencyPenalty,
      long seed) {
    return new Sampling(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        1,
        0,
        Map.of(),
        seed);
  }
}
