package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Builds the decoder of a Llama-family model with the interface of every model in
 * onnxruntime-genai's layout: input_ids, attention_mask and past_key_values.N.key|value in, logits
 * (of the last position: [batch, 1, vocabulary]) and present.N.key|value out.
 */
final class LlamaGraph {

  private final LlamaShape shape;
  private final LlamaTensors tensors;
  private final Recipe recipe;
  private final OnnxGraph graph;
  private final WeightsWriter weights;

  LlamaGraph(
      LlamaShape shape, LlamaTensors tensors, Recipe recipe, OnnxGraph graph, WeightsFile file) {
    this.shape = shape;
    this.tensors = tensors;
    this.recipe = recipe;
    this.graph = graph;
    this.weights = new WeightsWriter(graph, file);
  }

  /**
   * Writes all of it.
   *
   * @param positions rows of the rotary table, the longest sequence
   * @param progress called with the number of layers done
   */
  void build(int positions, IntConsumer progress) throws IOException {
    graph.input("input_ids", DataType.INT64_VALUE, "batch", "seq");
    graph.input("attention_mask", DataType.INT64_VALUE, "batch", "total");
    graph.output("logits", DataType.FLOAT_VALUE, "batch", 1, shape.vocabulary());
    WeightsWriter.Blocks embedding = weights.blocks("embed", tensors.embedding());
    weights.gather("embed", "input_ids", embedding, "x0");
    RotaryTable table = new RotaryTable(shape, tensors.ropeFactors(), positions);
    weights.table("cos", table, false);
    weights.table("sin", table, true);
    addLengths();
    String normed = firstNorm();
    String residual = "x0";
    for (int layer = 0; layer < shape.layers(); layer++) {
      normed = addLayer(layer, normed, residual);
      residual = prefix(layer) + "r3";
      progress.accept(layer + 1);
    }
    addHead(normed, embedding);
  }

  private static String prefix(int layer) {
    return "layer" + layer + ".";
  }

  /** From the mask: each row's length less one, and the length of the longest row. */
  private void addLengths() {
    String one = graph.constant("one", 1, true);
    String axis = graph.constant("axis1", 1, true);
    String index = graph.constant("idx1", 1, false);
    graph.node(
        "mask_sum",
        "ReduceSum",
        List.of("attention_mask", axis),
        List.of("mask_sum"),
        Map.of("keepdims", 0));
    graph.node("seqlens64", "Sub", List.of("mask_sum", one), List.of("seqlens64"), Map.of());
    cast("seqlens64", "seqlens_k");
    graph.node("mask_shape", "Shape", List.of("attention_mask"), List.of("mask_shape"), Map.of());
    graph.node(
        "total64", "Gather", List.of("mask_shape", index), List.of("total64"), Map.of("axis", 0));
    cast("total64", "total_len");
  }

  private void cast(String from, String to) {
    graph.node(to, "Cast", List.of(from), List.of(to), Map.of("to", DataType.INT32_VALUE));
  }

  private String firstNorm() throws IOException {
    String gains = weights.vector("norm0", tensors.attentionNorm(0));
    graph.node(
        "norm0",
        "SimplifiedLayerNormalization",
        List.of("x0", gains),
        List.of("n0"),
        Map.of("axis", -1, "epsilon", shape.epsilon(), "stash_type", 1));
    return "n0";
  }

  private String addLayer(int layer, String normed, String residual) throws IOException {
    String prefix = prefix(layer);
    String attended = addAttention(layer, normed);
    String output = linear(Recipe.Layer.O, prefix + "o", attended, tensors.attentionOutput(layer));
    float[] gains = tensors.feedForwardNorm(layer);
    addNorm(prefix + "ln2", output, residual, gains, prefix + "n2", prefix + "r2");
    String down = addFeedForward(layer, prefix + "n2");
    boolean last = layer + 1 == shape.layers();
    float[] next = last ? tensors.finalNorm() : tensors.attentionNorm(layer + 1);
    addNorm(prefix + "ln3", down, prefix + "r2", next, prefix + "n3", prefix + "r3");
    return prefix + "n3";
  }

  private String addAttention(int layer, String normed) throws IOException {
    String prefix = prefix(layer);
    String all = linear(Recipe.Layer.QKV, prefix + "qkv", normed, tensors.queryKeyValue(layer));
    String pastKey = cache("past_key_values.", layer, ".key", true);
    String pastValue = cache("past_key_values.", layer, ".value", true);
    String key = cache("present.", layer, ".key", false);
    String value = cache("present.", layer, ".value", false);
    graph.contrib(
        prefix + "gqa",
        "GroupQueryAttention",
        List.of(all, "", "", pastKey, pastValue, "seqlens_k", "total_len", "cos", "sin"),
        List.of(prefix + "att", key, value),
        Map.of(
            "num_heads",
            shape.heads(),
            "kv_num_heads",
            shape.keyValueHeads(),
            "do_rotary",
            1,
            "rotary_interleaved",
            0));
    return prefix + "att";
  }

  private String cache(String before, int layer, String after, boolean past) {
    String name = before + layer + after;
    Object[] dimensions = {
      "batch", shape.keyValueHeads(), past ? "past" : "total", shape.headSize()
    };
    if (past) {
      graph.input(name, DataType.FLOAT_VALUE, dimensions);
    } else {
      graph.output(name, DataType.FLOAT_VALUE, dimensions);
    }
    return name;
  }

  private void addNorm(
      String name, String input, String residual, float[] gains, String normed, String sum)
      throws IOException {
    graph.contrib(
        name,
        "SkipSimplifiedLayerNormalization",
        List.of(input, residual, weights.vector(name, gains)),
        List.of(normed, "", "", sum),
        Map.of("epsilon", shape.epsilon()));
  }

  private String addFeedForward(int layer, String normed) throws IOException {
    String prefix = prefix(layer);
    String gate = linear(Recipe.Layer.GATE, prefix + "gate", normed, tensors.gate(layer));
    String up = linear(Recipe.Layer.UP, prefix + "up", normed, tensors.up(layer));
    graph.node(prefix + "sg", "Sigmoid", List.of(gate), List.of(prefix + "sg"), Map.of());
    graph.node(
        prefix + "silu", "Mul", List.of(gate, prefix + "sg"), List.of(prefix + "silu"), Map.of());
    graph.node(
        prefix + "mid", "Mul", List.of(prefix + "silu", up), List.of(prefix + "mid"), Map.of());
    // In blocks: the outliers of its input cost 6-13 % of perplexity with one scale per call.
    WeightsWriter.Blocks down = weights.blocks(prefix + "down", tensors.down(layer));
    return weights.matMulBlocks(prefix + "down", prefix + "mid", down);
  }

  private String linear(Recipe.Layer layer, String name, String input, RowSource source)
      throws IOException {
    return recipe.isDynamic(layer)
        ? weights.matMulDynamic(name, input, source)
        : weights.matMulBlocks(name, input, weights.blocks(name, source));
  }

  private void addHead(String normed, WeightsWriter.Blocks embedding) throws IOException {
    String start = graph.constant("minus1", -1, true);
    String end = graph.constant("big", 1L << 62, true);
    graph.node("last", "Slice", List.of(normed, start, end, "axis1"), List.of("last"), Map.of());
    Optional<RowSource> own = tensors.head();
    // A tied head reads the embedding's very bytes, in another shape.
    WeightsWriter.Blocks head = own.isPresent() ? weights.blocks("head", own.get()) : embedding;
    String logits = weights.matMulBlocks("head", "last", head);
    graph.node("logits", "Identity", List.of(logits), List.of("logits"), Map.of());
  }
}
