package dev.heed.inference.importing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A small Llama model with random weights as a GGUF file.
 *
 * @param type encoding of the matrices
 * @param tied whether the head is the embedding
 * @param headSize width of a head (heads times it need not be the model's width)
 * @param linearFactor linear position scaling; 1 for none
 * @param frequencyFactors whether there is a rope_freqs.weight
 */
record SyntheticLlama(
    TensorType type, boolean tied, int headSize, float linearFactor, boolean frequencyFactors) {

  static final int HIDDEN = 256;
  static final int FEED_FORWARD = 512;
  static final int LAYERS = 3;
  static final int HEADS = 4;
  static final int KEY_VALUE_HEADS = 2;
  static final int CONTEXT = 128;
  static final float EPSILON = 1e-5f;
  static final float ROPE_BASE = 10_000;
  static final List<String> TOKENS = tokens();

  static SyntheticLlama of(TensorType type) {
    return new SyntheticLlama(type, true, 64, 1, false);
  }

  GgufBytes gguf() {
    GgufBytes gguf = new GgufBytes();
    metadata(gguf);
    tokenizer(gguf);
    tensors(gguf, new Random(42));
    return gguf;
  }

  private void metadata(GgufBytes gguf) {
    gguf.text("general.architecture", "llama")
        .text("general.name", "Synthetic")
        .u32("llama.block_count", LAYERS)
        .u32("llama.context_length", CONTEXT)
        .u32("llama.embedding_length", HIDDEN)
        .u32("llama.feed_forward_length", FEED_FORWARD)
        .u32("llama.attention.head_count", HEADS)
        .u32("llama.attention.head_count_kv", KEY_VALUE_HEADS)
        .u32("llama.attention.key_length", headSize)
        .u32("llama.attention.value_length", headSize)
        .u32("llama.rope.dimension_count", headSize)
        .f32("llama.rope.freq_base", ROPE_BASE)
        .f32("llama.attention.layer_norm_rms_epsilon", EPSILON);
    if (linearFactor != 1) {
      gguf.text("llama.rope.scaling.type", "linear").f32("llama.rope.scaling.factor", linearFactor);
    }
  }

  private static void tokenizer(GgufBytes gguf) {
    int[] types = new int[TOKENS.size()];
    Arrays.fill(types, Vocabulary.NORMAL);
    types[0] = Vocabulary.CONTROL;
    types[1] = Vocabulary.CONTROL;
    gguf.text("tokenizer.ggml.model", "gpt2")
        .text("tokenizer.ggml.pre", "smollm")
        .texts("tokenizer.ggml.tokens", TOKENS)
        .ints("tokenizer.ggml.token_type", types)
        .texts("tokenizer.ggml.merges", List.of("h e", "l l", "he ll", "Ġ w"))
        .u32("tokenizer.ggml.bos_token_id", 0)
        .u32("tokenizer.ggml.eos_token_id", 1)
        .text("tokenizer.chat_template", "{{ messages[0]['content'] }}");
  }

  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of("<s>", "</s>"));
    tokens.addAll(GptBytes.alphabet());
    tokens.addAll(List.of("he", "ll", "hell", "Ġw"));
    while (tokens.size() % 32 != 0) {
      tokens.add("unused" + tokens.size());
    }
    return List.copyOf(tokens);
  }

  private void tensors(GgufBytes gguf, Random random) {
    int vocabulary = TOKENS.size();
    matrix(gguf, random, "token_embd.weight", vocabulary, HIDDEN);
    if (!tied) {
      matrix(gguf, random, "output.weight", vocabulary, HIDDEN);
    }
    vector(gguf, random, "output_norm.weight", HIDDEN);
    if (frequencyFactors) {
      vector(gguf, random, "rope_freqs.weight", headSize / 2);
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      String prefix = "blk." + layer + ".";
      vector(gguf, random, prefix + "attn_norm.weight", HIDDEN);
      matrix(gguf, random, prefix + "attn_q.weight", HEADS * headSize, HIDDEN);
      matrix(gguf, random, prefix + "attn_k.weight", KEY_VALUE_HEADS * headSize, HIDDEN);
      matrix(gguf, random, prefix + "attn_v.weight", KEY_VALUE_HEADS * headSize, HIDDEN);
      matrix(gguf, random, prefix + "attn_output.weight", HIDDEN, HEADS * headSize);
      vector(gguf, random, prefix + "ffn_norm.weight", HIDDEN);
      matrix(gguf, random, prefix + "ffn_gate.weight", FEED_FORWARD, HIDDEN);
      matrix(gguf, random, prefix + "ffn_up.weight", FEED_FORWARD, HIDDEN);
      matrix(gguf, random, prefix + "ffn_down.weight", HIDDEN, FEED_FORWARD);
    }
  }

  /** Positive values around one, as norms and frequency factors are. */
  private static void vector(GgufBytes gguf, Random random, String name, int size) {
    ByteBuffer data = ByteBuffer.allocate(size * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      data.putFloat(0.5f + random.nextFloat());
    }
    gguf.tensor(name, TensorType.F32, data.array(), size);
  }

  private void matrix(GgufBytes gguf, Random random, String name, int rows, int columns) {
    int blocks = rows * columns / type.blockValues();
    byte[] bytes = new byte[blocks * type.blockBytes()];
    random.nextBytes(bytes);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    // Small queries and keys: a sharp softmax would blow up the rounding that is to be measured.
    boolean small = name.contains("attn_q") || name.contains("attn_k");
    for (int block = 0; block < blocks; block++) {
      scale(data, block * type.blockBytes(), small ? 0.3f : 1, (float) random.nextGaussian());
    }
    gguf.tensor(name, type, bytes, columns, rows);
  }

  /** Sets a block's scales so that its values spread by about 0.1 times {@code size}. */
  private void scale(ByteBuffer data, int at, float size, float normal) {
    switch (type) {
      case F32 -> data.putFloat(at, normal * 0.1f * size);
      case F16 -> half(data, at, normal * 0.1f * size);
      case Q8_0 -> half(data, at, 0.0015f * size);
      case Q4_0 -> half(data, at, 0.02f * size);
      case Q4_1 -> {
        half(data, at, 0.02f * size);
        half(data, at + 2, -0.15f * size);
      }
      case Q4_K -> {
        half(data, at, 0.0005f * size);
        half(data, at + 2, 0.0035f * size);
      }
      case Q6_K -> half(data, at + 208, 0.0001f * size);
    }
  }

  private static void half(ByteBuffer data, int at, float value) {
    data.putShort(at, Float.floatToFloat16(value));
  }
}
