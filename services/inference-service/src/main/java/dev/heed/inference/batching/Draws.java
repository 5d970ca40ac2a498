package dev.heed.inference.batching;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Draws tokens, and tells how likely they were to the model. The room that this takes is shared by
 * all sequences of a thread: it is as large as a row, and one for each sequence would have left the
 * processor's cache whenever it is needed.
 */
final class Draws {

  private final TokenWeights weights = new TokenWeights();
  private final float[] unchanged;

  /**
   * @param vocabulary tokens of a row
   */
  Draws(int vocabulary) {
    unchanged = new float[vocabulary];
  }

  /** A token, and how likely it was, where that was asked. */
  record Drawn(int token, Optional<TokenOdds> odds) {}

  /**
   * Draws the next token.
   *
   * @param row logits; penalties change them
   * @param tokens prompt and reply so far
   * @param size how many of them
   * @param logprobs so many of the likeliest tokens are told too; empty: nothing is
   */
  Drawn next(Sampler sampler, float[] row, int[] tokens, int size, OptionalInt logprobs) {
    if (logprobs.isEmpty()) {
      return new Drawn(sampler.next(row, tokens, size, weights), Optional.empty());
    }
    float[] before = row;
    if (sampler.changesLogits()) {
      System.arraycopy(row, 0, unchanged, 0, row.length);
      before = unchanged;
    }
    int token = sampler.next(row, tokens, size, weights);
    if (before == row) {
      weights.weighAgain(1);
    } else {
      weights.weigh(before, 1);
    }
    return new Drawn(token, Optional.of(TokenOdds.of(before, token, logprobs.getAsInt(), weights)));
  }
}
