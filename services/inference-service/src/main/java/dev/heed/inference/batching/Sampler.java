package dev.heed.inference.batching;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws the tokens of one sequence. Order: biases, penalties, blocked sequences, temperature,
 * min-p, top-k, top-p, typical-p. Repetition penalty after Keskar et al. 2019 (CTRL); min-p after
 * Nguyen et al. 2024.
 */
final class Sampler {

  private final Sampling settings;
  private final SplittableRandom random;
  private final Map<Integer, Integer> inReply = new HashMap<>();
  private final TokenWeights weights = new TokenWeights();
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
   */
  int next(float[] logits, int[] tokens, int size) {
    settings.biases().forEach((token, bias) -> logits[token] += bias.floatValue());
    if (settings.penalises()) {
      penalise(logits, tokens, size);
    }
    block(logits, tokens, size);
    int drawn = settings.temperature() == 0 ? argmax(logits) : draw(logits);
    if (settings.presencePenalty() != 0 || settings.frequencyPenalty() != 0) {
      inReply.merge(drawn, 1, Integer::sum);
    }
    return drawn;
  }

  private void penalise(float[] logits, int[] tokens, int size) {
    if (settings.repetitionPenalty() != 1) {
      boolean[] seen = new boolean[logits.length];
      for (int i = 0; i < size; i++) {
        int token = tokens[i];
        if (!seen[token]) {
          seen[token] = true;
          double penalty = settings.repetitionPenalty();
          logits[token] *= (float) (logits[token] < 0 ? penalty : 1 / penalty);
        }
      }
    }
    inReply.forEach(
        (token, times) ->
            logits[token] -=
                (float) (settings.presencePenalty() + times * settings.frequencyPenalty()));
  }

  /** Rules out each token that would end a sequence that the reply has already. */
  private void block(float[] logits, int[] tokens, int size) {
    replyFrom = replyFrom < 0 ? size : replyFrom;
    int known = settings.noRepeatNgram() - 1;
    int tail = size - known;
    if (known < 0 || tail < replyFrom) {
      return;
    }
    for (int from = replyFrom; from + known < size; from++) {
      if (Arrays.equals(tokens, from, from + known, tokens, tail, size)) {
        logits[tokens[from + known]] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  static int argmax(float[] logits) {
    float top = TokenWeights.top(logits);
    int best = 0;
    while (best < logits.length - 1 && logits[best] != top) {
      best++;
    }
    return best;
  }

  private int draw(float[] logits) {
    weights.weigh(logits, settings.temperature());
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
