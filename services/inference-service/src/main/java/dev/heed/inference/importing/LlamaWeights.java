package dev.heed.inference.importing;

import java.util.Optional;

/** A Llama model's weights by purpose, in the basis in which the graph computes. */
interface LlamaWeights {

  /** [vocabulary, hidden], in the model's own basis. */
  RowSource embedding() throws GgufException;

  /** The head's own weights, in the model's own basis; empty when it is tied to the embedding. */
  Optional<RowSource> head() throws GgufException;

  /**
   * What makes logits of the normed residual stream, in the graph's basis: [vocabulary, hidden].
   */
  RowSource logits() throws GgufException;

  /** The gains before {@link #logits}. */
  float[] finalNorm() throws GgufException;

  /** The gains before the head in the model's own basis, as {@link #head} has it. */
  default float[] ownFinalNorm() throws GgufException {
    return finalNorm();
  }

  float[] attentionNorm(int layer) throws GgufException;

  float[] feedForwardNorm(int layer) throws GgufException;

  /** Q, K and V below each other, in the order that GroupQueryAttention takes. */
  RowSource queryKeyValue(int layer) throws GgufException;

  RowSource attentionOutput(int layer) throws GgufException;

  RowSource gate(int layer) throws GgufException;

  RowSource up(int layer) throws GgufException;

  RowSource down(int layer) throws GgufException;

  /** Llama 3's divisors of the rotary frequencies; empty when the model has none. */
  Optional<float[]> ropeFactors() throws GgufException;

  /** How the residual stream and the input of {@code down} are turned; empty: not at all. */
  default Optional<Rotations> rotations() {
    return Optional.empty();
  }

  /**
   * The turns of a graph.
   *
   * @param hidden of the residual stream
   * @param head of each head's values
   * @param feedForward of {@code down}'s input, by so many channels each
   */
  record Rotations(Rotation hidden, Rotation head, Rotation feedForward) {}
}
