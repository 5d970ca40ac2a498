package dev.heed.inference.batching;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Draws the tokens of one sequence. Order: biases, penalties, blocked sequences, temperature,
 * min-p, top-k, top-p, typical-p. Repetition penalty after Keskar et al. 2019 (CTRL); min-p after
 * Nguyen et al. 2024.
 */
final class Sampler {

  private final Sampling settings;
  private final SplittableRandom random;

  /** The tokens so far, and those of the reply alone; they hold those before {@code known}. */
  private final BitSet seen = new BitSet();

  private final BitSet said = new BitSet();
  private int known;
  private int replyFrom = -1;

  Sampler(Sampling settings) {
    this.settings = settings;
    random = new SplittableRandom(settings.seed());
  }

  /**
   * The next token.
   *
   * @param logits one row; penalties change it
   * @param tokens prompt and reply so far
   * @param size how many of them
   * @param weights room to work in
   */
  int next(float[] logits, int[] tokens, int size, TokenWeights weights) {
    replyFrom = replyFrom < 0 ? size : replyFrom;
    settings.biases().forEach((token, bias) -> logits[token] += bias.floatValue());
    if (settings.penalises()) {
      penalise(logits, tokens, size);
    }
    block(logits, tokens, size);
    return draw(logits, weights);
  }

  /** Whether a row is another one after a draw. */
  boolean changesLogits() {
    return settings.penalises() || settings.noRepeatNgram() > 0 || !settings.biases().isEmpty();
  }

  private void penalise(float[] logits, int[] tokens, int size) {
    for (; known < size; known++) {
      seen.set(tokens[known]);
      if (known >= replyFrom) {
        said.set(tokens[known]);
      }
    }
    if (settings.repetitionPenalty() != 1) {
      float more = (float) settings.repetitionPenalty();
      float less = (float) (1 / settings.repetitionPenalty());
      for (int token = seen.nextSetBit(0); token >= 0; token = seen.nextSetBit(token + 1)) {
        logits[token] *= logits[token] < 0 ? more : less;
      }
    }
    float once = (float) settings.presencePenalty();
    for (int token = said.nextSetBit(0); token >= 0; token = said.nextSetBit(token + 1)) {
      logits[token] -= once;
    }
    float each = (float) settings.frequencyPenalty();
    for (int i = replyFrom; i < size; i++) {
      logits[tokens[i]] -= each;
    }
  }

  /** Rules out each token that would end a sequence that the reply has already. */
  private void block(float[] logits, int[] tokens, int size) {
    int before = settings.noRepeatNgram() - 1;
    int tail = size - before;
    if (before < 0 || tail < replyFrom) {
      return;
    }
    for (int from = replyFrom; from + before < size; from++) {
      if (Arrays.equals(tokens, from, from + before, tokens, tail, size)) {
        logits[tokens[from + before]] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private int draw(float[] logits, TokenWeights weights) {
    boolean greedy = settings.temperature() == 0;
    weights.weigh(logits, greedy ? 1 : settings.temperature());
    if (greedy) {
      return weights.likeliest();
    }
    if (settings.minP() > 0) {
      weights.keepFrom(settings.minP());
    }
    if (settings.topK() > 0) {
      weights.keepHeaviest(settings.topK());
    }
    if (settings.topP() < 1) {
      weights.keepNucleus(settings.topP());
    }
    if (settings.typicalP() < 1) {
      weights.keepTypical(settings.typicalP());
    }
    return weights.draw(random.nextDouble());
  }
}
