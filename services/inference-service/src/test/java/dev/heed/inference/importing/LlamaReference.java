package dev.heed.inference.importing;

import java.lang.foreign.MemorySegment;

/**
 * The forward pass of a {@link SyntheticLlama} in plain Java and double precision, in GGUF's own
 * layout (rotation of neighbouring pairs), to compare an imported model with.
 */
final class LlamaReference {

  private static final int HIDDEN = SyntheticLlama.HIDDEN;

  private final SyntheticLlama model;
  private final GgufBytes gguf;

  LlamaReference(SyntheticLlama model, GgufBytes gguf) {
    this.model = model;
    this.gguf = gguf;
  }

  /** The logits after the last of these tokens. */
  double[] logits(int... tokens) {
    String head = gguf.has("output.weight") ? "output.weight" : "token_embd.weight";
    return multiply(head, last(tokens));
  }

  /** What the head reads after the last of these tokens. */
  double[] last(int... tokens) {
    double[][] states = new double[tokens.length][];
    float[] embedding = weights("token_embd.weight");
    for (int t = 0; t < tokens.length; t++) {
      states[t] = new double[HIDDEN];
      for (int i = 0; i < HIDDEN; i++) {
        states[t][i] = embedding[tokens[t] * HIDDEN + i];
      }
    }
    for (int layer = 0; layer < SyntheticLlama.LAYERS; layer++) {
      String prefix = "blk." + layer + ".";
      attend(prefix, states);
      feedForward(prefix, states);
    }
    return norm(states[tokens.length - 1], "output_norm.weight");
  }

  private void attend(String prefix, double[][] states) {
    int size = model.headSize();
    int group = SyntheticLlama.HEADS / SyntheticLlama.KEY_VALUE_HEADS;
    double[][] queries = new double[states.length][];
    double[][] keys = new double[states.length][];
    double[][] values = new double[states.length][];
    for (int t = 0; t < states.length; t++) {
      double[] normed = norm(states[t], prefix + "attn_norm.weight");
      queries[t] = rotate(multiply(prefix + "attn_q.weight", normed), t);
      keys[t] = rotate(multiply(prefix + "attn_k.weight", normed), t);
      values[t] = multiply(prefix + "attn_v.weight", normed);
    }
    for (int t = 0; t < states.length; t++) {
      double[] mixed = new double[SyntheticLlama.HEADS * size];
      for (int head = 0; head < SyntheticLlama.HEADS; head++) {
        mix(queries[t], keys, values, t, head * size, head / group * size, mixed);
      }
      add(states[t], multiply(prefix + "attn_output.weight", mixed));
    }
  }

  private void mix(
      double[] query,
      double[][] keys,
      double[][] values,
      int t,
      int from,
      int shared,
      double[] to) {
    int size = model.headSize();
    double[] shares = new double[t + 1];
    double total = 0;
    for (int s = 0; s <= t; s++) {
      double product = 0;
      for (int i = 0; i < size; i++) {
        product += query[from + i] * keys[s][shared + i];
      }
      shares[s] = Math.exp(product / Math.sqrt(size));
      total += shares[s];
    }
    for (int s = 0; s <= t; s++) {
      for (int i = 0; i < size; i++) {
        to[from + i] += shares[s] / total * values[s][shared + i];
      }
    }
  }

  private double[] rotate(double[] heads, int position) {
    int size = model.headSize();
    float[] factors = model.frequencyFactors() ? weights("rope_freqs.weight") : null;
    for (int i = 0; i < heads.length; i += 2) {
      int pair = i % size / 2;
      double angle =
          position
              / (double) model.linearFactor()
              / Math.pow(SyntheticLlama.ROPE_BASE, 2.0 * pair / size)
              / (factors == null ? 1 : factors[pair]);
      double x = heads[i];
      double y = heads[i + 1];
      heads[i] = x * Math.cos(angle) - y * Math.sin(angle);
      heads[i + 1] = x * Math.sin(angle) + y * Math.cos(angle);
    }
    return heads;
  }

  private void feedForward(String prefix, double[][] states) {
    for (double[] state : states) {
      double[] normed = norm(state, prefix + "ffn_norm.weight");
      double[] gate = multiply(prefix + "ffn_gate.weight", normed);
      double[] up = multiply(prefix + "ffn_up.weight", normed);
      for (int i = 0; i < gate.length; i++) {
        up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
      }
      add(state, multiply(prefix + "ffn_down.weight", up));
    }
  }

  private double[] norm(double[] state, String gains) {
    float[] gain = weights(gains);
    double squares = 0;
    for (double value : state) {
      squares += value * value;
    }
    double scale = 1 / Math.sqrt(squares / state.length + SyntheticLlama.EPSILON);
    double[] normed = new double[state.length];
    for (int i = 0; i < state.length; i++) {
      normed[i] = state[i] * scale * gain[i];
    }
    return normed;
  }

  private double[] multiply(String name, double[] vector) {
    float[] matrix = weights(name);
    double[] product = new double[matrix.length / vector.length];
    for (int row = 0; row < product.length; row++) {
      for (int i = 0; i < vector.length; i++) {
        product[row] += matrix[row * vector.length + i] * vector[i];
      }
    }
    return product;
  }

  private float[] weights(String name) {
    byte[] data = gguf.data(name);
    TensorType type = gguf.type(name);
    float[] values = new float[data.length / type.blockBytes() * type.blockValues()];
    Dequantizer.decode(type, MemorySegment.ofArray(data), 0, values, values.length);
    return values;
  }

  private static void add(double[] state, double[] change) {
    for (int i = 0; i < state.length; i++) {
      state[i] += change[i];
    }
  }
}
