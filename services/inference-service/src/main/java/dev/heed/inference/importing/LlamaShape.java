package dev.heed.inference.importing;

import java.util.OptionalDouble;

/**
 * The numbers of a Llama-family model.
 *
 * @param layers decoder layers
 * @param hidden width of the residual stream
 * @param feedForward width of the gated layer
 * @param heads query heads
 * @param keyValueHeads key and value heads (grouped-query attention)
 * @param headSize width of one head
 * @param rotary how many of a head's dimensions are rotated by position
 * @param vocabulary tokens
 * @param context positions the model was trained for
 * @param epsilon of the RMS norms
 * @param ropeBase theta of the rotary embedding
 * @param ropeFactor positions are divided by this (linear scaling; 1 without)
 */
record LlamaShape(
    int layers,
    int hidden,
    int feedForward,
    int heads,
    int keyValueHeads,
    int headSize,
    int rotary,
    int vocabulary,
    int context,
    float epsilon,
    double ropeBase,
    double ropeFactor) {

  static final String ARCHITECTURE = "general.architecture";
  private static final String SUPPORTED = "llama";
  private static final int MAX_VOCABULARY = 1 << 22;
  private static final int BLOCK = BlockCodes.BLOCK;

  /** Reads and checks the metadata; a model that would come out wrong is refused. */
  static LlamaShape read(GgufFile file) throws GgufException {
    GgufMetadata meta = file.metadata();
    String architecture = meta.text(ARCHITECTURE).orElseThrow(() -> meta.missing(ARCHITECTURE));
    if (!SUPPORTED.equals(architecture)) {
      throw meta.wrong(
          ARCHITECTURE, "is '" + shorten(architecture) + "'; supported is: " + SUPPORTED);
    }
    if (meta.integer("llama.expert_count").orElse(0) > 0) {
      throw meta.wrong("llama.expert_count", "mixtures of experts are not supported");
    }
    int hidden = wholeBlocks(meta, "llama.embedding_length");
    int feedForward = wholeBlocks(meta, "llama.feed_forward_length");
    int heads = meta.integer("llama.attention.head_count", 1, 1024);
    int keyValueHeads =
        meta.has("llama.attention.head_count_kv")
            ? meta.integer("llama.attention.head_count_kv", 1, heads)
            : heads;
    if (heads % keyValueHeads != 0) {
      throw meta.wrong("llama.attention.head_count_kv", "does not divide " + heads + " heads");
    }
    int headSize = headSize(meta, hidden, heads);
    return new LlamaShape(
        meta.integer("llama.block_count", 1, 1024),
        hidden,
        feedForward,
        heads,
        keyValueHeads,
        headSize,
        rotary(meta, headSize),
        vocabulary(file),
        meta.integer("llama.context_length", 1, 1 << 24),
        (float) positive(meta, "llama.attention.layer_norm_rms_epsilon", OptionalDouble.empty()),
        positive(meta, "llama.rope.freq_base", OptionalDouble.of(10_000)),
        ropeFactor(meta));
  }

  private static int wholeBlocks(GgufMetadata meta, String key) throws GgufException {
    int value = meta.integer(key, BLOCK, 1 << 18);
    if (value % BLOCK != 0) {
      throw meta.wrong(key, "is " + value + ", should be a multiple of " + BLOCK);
    }
    return value;
  }

  private static int headSize(GgufMetadata meta, int hidden, int heads) throws GgufException {
    String keyLength = "llama.attention.key_length";
    String valueLength = "llama.attention.value_length";
    if (!meta.has(keyLength) && hidden % heads != 0) {
      throw meta.wrong(
          "llama.attention.head_count", heads + " heads do not divide a width of " + hidden);
    }
    int size = meta.has(keyLength) ? meta.integer(keyLength, 8, 1024) : hidden / heads;
    if (meta.has(valueLength) && meta.integer(valueLength, 1, 1 << 20) != size) {
      throw meta.wrong(valueLength, "differs from the key length " + size);
    }
    if (heads * size % BLOCK != 0 || size % 8 != 0) {
      throw meta.wrong(keyLength, heads + " heads of " + size + " are no multiple of " + BLOCK);
    }
    return size;
  }

  private static int rotary(GgufMetadata meta, int headSize) throws GgufException {
    String key = "llama.rope.dimension_count";
    int rotary = meta.has(key) ? meta.integer(key, 2, headSize) : headSize;
    if (rotary != headSize) {
      throw meta.wrong(
          key, "is " + rotary + " of a head of " + headSize + "; partial rotation is unsupported");
    }
    return rotary;
  }

  private static int vocabulary(GgufFile file) throws GgufException {
    GgufMetadata meta = file.metadata();
    String name = LlamaTensors.EMBEDDING;
    GgufTensor embedding =
        file.tensor(name).orElseThrow(() -> new GgufException(name, 0, "the tensor is missing"));
    if (embedding.shape().size() != 2 || embedding.shape().getLast() > MAX_VOCABULARY) {
      throw new GgufException(
          name, embedding.infoOffset(), "has shape " + embedding.shape() + ", should be a matrix");
    }
    int rows = embedding.rows();
    String key = "llama.vocab_size";
    if (meta.has(key) && meta.integer(key, 1, 1 << 22) != rows) {
      throw meta.wrong(key, "differs from the " + rows + " rows of " + name);
    }
    return rows;
  }

  private static double positive(GgufMetadata meta, String key, OptionalDouble standard)
      throws GgufException {
    OptionalDouble value = meta.number(key);
    if (value.isEmpty() && standard.isEmpty()) {
      throw meta.missing(key);
    }
    double number = value.orElseGet(standard::getAsDouble);
    if (number <= 0) {
      throw meta.wrong(key, "is " + number + ", should be above 0");
    }
    return number;
  }

  private static double ropeFactor(GgufMetadata meta) throws GgufException {
    String typeKey = "llama.rope.scaling.type";
    String legacy = "llama.rope.scale_linear";
    String type = meta.text(typeKey).orElse(meta.has(legacy) ? "linear" : "none");
    String key = meta.has("llama.rope.scaling.factor") ? "llama.rope.scaling.factor" : legacy;
    return switch (type) {
      case "none" -> 1;
      case "linear" -> positive(meta, key, OptionalDouble.of(1));
      default ->
          throw meta.wrong(
              typeKey, "is '" + shorten(type) + "'; supported are: none, linear (and rope_freqs)");
    };
  }

  private static String shorten(String text) {
    String plain = text.replaceAll("[^A-Za-z0-9_.-]", "?");
    return plain.length() <= 40 ? plain : plain.substring(0, 40) + "...";
  }
}
