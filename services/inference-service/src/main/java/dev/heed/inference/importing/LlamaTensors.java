package dev.heed.inference.importing;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A Llama model's tensors by purpose, each with the shape that the metadata promise. */
final class LlamaTensors implements LlamaWeights {

  static final String EMBEDDING = "token_embd.weight";
  private static final String HEAD = "output.weight";
  private static final String FINAL_NORM = "output_norm.weight";
  private static final String ROPE_FACTORS = "rope_freqs.weight";

  private final GgufFile file;
  private final LlamaShape shape;

  /** Checks that every tensor is there with its shape, and that there is none it does not know. */
  LlamaTensors(GgufFile file, LlamaShape shape) throws GgufException {
    this.file = file;
    this.shape = shape;
    checkAll();
  }

  @Override
  public RowSource embedding() throws GgufException {
    return matrix(EMBEDDING, shape.vocabulary(), shape.hidden());
  }

  @Override
  public Optional<RowSource> head() throws GgufException {
    return file.tensor(HEAD).isEmpty()
        ? Optional.empty()
        : Optional.of(matrix(HEAD, shape.vocabulary(), shape.hidden()));
  }

  @Override
  public RowSource logits() throws GgufException {
    Optional<RowSource> own = head();
    return own.isPresent() ? own.get() : embedding();
  }

  @Override
  public float[] finalNorm() throws GgufException {
    return vector(FINAL_NORM, shape.hidden());
  }

  @Override
  public float[] attentionNorm(int layer) throws GgufException {
    return vector(name(layer, "attn_norm"), shape.hidden());
  }

  @Override
  public float[] feedForwardNorm(int layer) throws GgufException {
    return vector(name(layer, "ffn_norm"), shape.hidden());
  }

  @Override
  public RowSource queryKeyValue(int layer) throws GgufException {
    int size = shape.headSize();
    int narrow = shape.keyValueHeads() * size;
    RowSource query = matrix(name(layer, "attn_q"), shape.heads() * size, shape.hidden());
    RowSource key = matrix(name(layer, "attn_k"), narrow, shape.hidden());
    RowSource value = matrix(name(layer, "attn_v"), narrow, shape.hidden());
    return RowSource.stacked(
        List.of(RowSource.unpermuted(query, size), RowSource.unpermuted(key, size), value));
  }

  @Override
  public RowSource attentionOutput(int layer) throws GgufException {
    return matrix(name(layer, "attn_output"), shape.hidden(), shape.heads() * shape.headSize());
  }

  @Override
  public RowSource gate(int layer) throws GgufException {
    return matrix(name(layer, "ffn_gate"), shape.feedForward(), shape.hidden());
  }

  @Override
  public RowSource up(int layer) throws GgufException {
    return matrix(name(layer, "ffn_up"), shape.feedForward(), shape.hidden());
  }

  @Override
  public RowSource down(int layer) throws GgufException {
    return matrix(name(layer, "ffn_down"), shape.hidden(), shape.feedForward());
  }

  @Override
  public Optional<float[]> ropeFactors() throws GgufException {
    Optional<GgufTensor> tensor = file.tensor(ROPE_FACTORS);
    if (tensor.isEmpty()) {
      return Optional.empty();
    }
    float[] factors = vector(ROPE_FACTORS, shape.rotary() / 2);
    for (float factor : factors) {
      if (!(factor > 0)) {
        throw new GgufException(
            ROPE_FACTORS, tensor.get().dataOffset(), "factor " + factor + " should be above 0");
      }
    }
    return Optional.of(factors);
  }

  private void checkAll() throws GgufException {
    embedding();
    head();
    finalNorm();
    ropeFactors();
    Set<String> known = new LinkedHashSet<>(List.of(EMBEDDING, HEAD, FINAL_NORM, ROPE_FACTORS));
    for (int layer = 0; layer < shape.layers(); layer++) {
      attentionNorm(layer);
      queryKeyValue(layer);
      attentionOutput(layer);
      feedForwardNorm(layer);
      gate(layer);
      up(layer);
      down(layer);
      for (String part :
          List.of(
              "attn_norm",
              "attn_q",
              "attn_k",
              "attn_v",
              "attn_output",
              "ffn_norm",
              "ffn_gate",
              "ffn_up",
              "ffn_down")) {
        known.add(name(layer, part));
      }
    }
    for (String name : file.tensorNames()) {
      if (!known.contains(name)) {
        throw new GgufException(
            name, file.tensor(name).orElseThrow().infoOffset(), "no Llama model has this tensor");
      }
    }
  }

  private static String name(int layer, String part) {
    return "blk." + layer + "." + part + ".weight";
  }

  private RowSource matrix(String name, int rows, int columns) throws GgufException {
    return RowSource.of(file, find(name, List.of((long) columns, (long) rows)));
  }

  private float[] vector(String name, int size) throws GgufException {
    GgufTensor tensor = find(name, List.of((long) size));
    float[] values = new float[size];
    file.decodeRow(tensor, 0, values);
    return values;
  }

  private GgufTensor find(String name, List<Long> dimensions) throws GgufException {
    GgufTensor tensor =
        file.tensor(name).orElseThrow(() -> new GgufException(name, 0, "the tensor is missing"));
    if (!tensor.shape().equals(dimensions)) {
      throw new GgufException(
          name, tensor.infoOffset(), "has shape " + tensor.shape() + ", should be " + dimensions);
    }
    return tensor;
  }
}
