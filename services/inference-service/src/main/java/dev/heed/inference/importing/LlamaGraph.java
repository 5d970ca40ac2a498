package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Builds the decoder of a Llama-family model with the interface of every model in
 * onnxruntime-genai's layout: input_ids, attention_mask and past_key_values.N.key|value in, logits
 * (of the last position: [batch, 1, vocabulary]) and present.N.key|value out.
 */
final class LlamaGraph {

  /** The matrix that turns the residual stream, for whoever reads the graph. */
  static final String HIDDEN_ROTATION = "rotation.hidden";

  /** The one of each head's values; only adapters read it. */
  static final String HEAD_ROTATION = "rotation.head";

  /** What the head reads: the normed residual stream of the last position. */
  static final String LAST = "last";

  static final String LOGITS = "logits";

  private static final String FEED_FORWARD_ROTATION = "rotation.feed_forward";

  private final LlamaShape shape;
  private final LlamaWeights tensors;
  private final Recipe recipe;
  private final OnnxGraph graph;
  private final WeightsWriter weights;
  private final Optional<Ranges> ranges;
  private final LoraPoints points;
  private String rounded = "";
  private Optional<Gptq> rounding = Optional.empty();

  /**
   * @param ranges what was measured; empty where the recipe needs nothing of it
   */
  LlamaGraph(
      LlamaShape shape,
      LlamaWeights tensors,
      Recipe recipe,
      Optional<Ranges> ranges,
      OnnxGraph graph,
      WeightsFile file) {
    this.ranges = ranges;
    this.shape = shape;
    this.points = new LoraPoints(shape);
    this.tensors = tensors;
    this.recipe = recipe;
    this.graph = graph;
    this.weights = new WeightsWriter(graph, file, recipe.half());
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
    graph.output(LOGITS, DataType.FLOAT_VALUE, "batch", 1, shape.vocabulary());
    Optional<WeightsWriter.Blocks> embedding = addEmbedding();
    RotaryTable table = new RotaryTable(shape, tensors.ropeFactors(), positions);
    weights.table("cos", table, false);
    weights.table("sin", table, true);
    addLengths();
    String residual = addRotations("x0");
    String normed = firstNorm(residual);
    for (int layer = 0; layer < shape.layers(); layer++) {
      normed = addLayer(layer, normed, residual);
      residual = prefix(layer) + "r3";
      progress.accept(layer + 1);
    }
    addHead(normed, embedding);
  }

  /** Writes the rotations, if there are any, and turns the embedding's rows. */
  private String addRotations(String embedded) throws IOException {
    if (tensors.rotations().isEmpty()) {
      return embedded;
    }
    LlamaWeights.Rotations all = tensors.rotations().get();
    weights.rotation(HIDDEN_ROTATION, all.hidden());
    weights.rotation(HEAD_ROTATION, all.head());
    weights.rotation(FEED_FORWARD_ROTATION, all.feedForward());
    graph.constants("mid.parts.shape", new long[] {0, 0, -1, all.feedForward().width()});
    graph.constants("mid.turned.shape", new long[] {0, 0, -1});
    return turned(embedded, HIDDEN_ROTATION, "x0.turned");
  }

  private String turned(String input, String rotation, String output) {
    graph.node(output, "MatMul", List.of(input, rotation), List.of(output), Map.of());
    return output;
  }

  /** The blocks, which a tied head shares; empty where there are none. */
  private Optional<WeightsWriter.Blocks> addEmbedding() throws IOException {
    if (recipe.half()) {
      weights.gatherHalf("embed", "input_ids", tensors.embedding(), "x0");
      return Optional.empty();
    }
    WeightsWriter.Blocks blocks = weights.blocks("embed", tensors.embedding());
    weights.gather("embed", "input_ids", blocks, "x0");
    return Optional.of(blocks);
  }

  /**
   * Adds outputs with the largest magnitude of every channel of keys and values and, in a rotated
   * model, the Gram matrices of the products' inputs; before {@link #build} nothing is known of
   * them.
   */
  Map<String, Watches.Watch> addWatches() {
    Watches watches = new Watches(graph);
    int cached = shape.keyValueHeads() * shape.headSize();
    for (int layer = 0; layer < shape.layers(); layer++) {
      if (tensors.rotations().isPresent()) {
        String prefix = prefix(layer);
        watches.gram(normedFor(layer), shape.hidden());
        watches.gram(prefix + "att", shape.heads() * shape.headSize());
        watches.gram(prefix + "n2", shape.hidden());
        watches.gram(prefix + "mid.turned", shape.feedForward());
      }
      watches.largest("present." + layer + ".key", cached, 0, 2);
      watches.largest("present." + layer + ".value", cached, 0, 2);
    }
    if (tensors.rotations().isPresent()) {
      watches.gram(normedFor(shape.layers()), shape.hidden());
    }
    return watches.all();
  }

  /** Where an adapter may change these projections; after {@link #build}. */
  List<LoraPoint> points(Set<Projection> wanted) {
    return points.of(wanted);
  }

  /** The normalised input of a layer's attention, or of the head. */
  private static String normedFor(int layer) {
    return layer == 0 ? "n0" : prefix(layer - 1) + "n3";
  }

  /** The gains before a layer's attention, or before the head. */
  private float[] gainsFor(int layer) throws IOException {
    return layer < shape.layers() ? tensors.attentionNorm(layer) : tensors.finalNorm();
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

  private String firstNorm(String embedded) throws IOException {
    String gains = weights.vector("norm0", gainsFor(0));
    graph.node(
        "norm0",
        "SimplifiedLayerNormalization",
        List.of(embedded, gains),
        List.of("n0"),
        Map.of("axis", -1, "epsilon", shape.epsilon(), "stash_type", 1));
    return "n0";
  }

  private String addLayer(int layer, String normed, String residual) throws IOException {
    String prefix = prefix(layer);
    String attended = addAttention(layer, normed);
    String output = linear(Recipe.Layer.O, prefix + "o", attended, tensors.attentionOutput(layer));
    int heads = shape.heads() * shape.headSize();
    points.add(layer, Projection.O, attended, output, heads, shape.hidden());
    float[] gains = tensors.feedForwardNorm(layer);
    addNorm(prefix + "ln2", output, residual, gains, prefix + "n2", prefix + "r2");
    String down = addFeedForward(layer, prefix + "n2");
    float[] next = gainsFor(layer + 1);
    addNorm(prefix + "ln3", down, prefix + "r2", next, prefix + "n3", prefix + "r3");
    return prefix + "n3";
  }

  private String addAttention(int layer, String normed) throws IOException {
    String prefix = prefix(layer);
    String all = linear(Recipe.Layer.QKV, prefix + "qkv", normed, tensors.queryKeyValue(layer));
    points.addQueryKeyValue(layer, normed, all);
    String pastKey = cache("past_key_values.", layer, ".key", true);
    String pastValue = cache("past_key_values.", layer, ".value", true);
    String key = cache("present.", layer, ".key", false);
    String value = cache("present.", layer, ".value", false);
    graph.contrib(
        prefix + "gqa",
        "GroupQueryAttention",
        attentionInputs(layer, all, pastKey, pastValue),
        List.of(prefix + "att", key, value),
        attentionAttributes());
    return prefix + "att";
  }

  private List<String> attentionInputs(int layer, String all, String pastKey, String pastValue)
      throws IOException {
    List<String> inputs =
        new ArrayList<>(
            List.of(all, "", "", pastKey, pastValue, "seqlens_k", "total_len", "cos", "sin"));
    if (recipe.byteCache()) {
      inputs.addAll(List.of("", "", "")); // no positions, bias or sinks
      inputs.add(cacheSteps(layer, ".key"));
      inputs.add(cacheSteps(layer, ".value"));
    }
    return inputs;
  }

  private String cacheSteps(int layer, String side) throws IOException {
    float[] steps = ranges.orElseThrow().steps("present." + layer + side);
    return weights.shaped(
        prefix(layer) + "cache" + side, steps, 1, shape.keyValueHeads(), 1, shape.headSize());
  }

  private Map<String, Object> attentionAttributes() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("num_heads", shape.heads());
    attributes.put("kv_num_heads", shape.keyValueHeads());
    attributes.put("do_rotary", 1);
    attributes.put("rotary_interleaved", 0);
    if (recipe.byteCache()) {
      attributes.put("k_quant_type", "PER_CHANNEL");
      attributes.put("v_quant_type", "PER_CHANNEL");
      attributes.put("kv_cache_bit_width", 8);
    }
    return attributes;
  }

  private String cache(String before, int layer, String after, boolean past) {
    String name = before + layer + after;
    Object[] dimensions = {
      "batch", shape.keyValueHeads(), past ? "past" : "total", shape.headSize()
    };
    int type = recipe.byteCache() ? DataType.INT8_VALUE : weights.floatType();
    if (past) {
      graph.input(name, type, dimensions);
    } else {
      graph.output(name, type, dimensions);
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
    int wide = shape.feedForward();
    points.add(layer, Projection.GATE, normed, gate, shape.hidden(), wide);
    points.add(layer, Projection.UP, normed, up, shape.hidden(), wide);
    graph.node(prefix + "sg", "Sigmoid", List.of(gate), List.of(prefix + "sg"), Map.of());
    graph.node(
        prefix + "silu", "Mul", List.of(gate, prefix + "sg"), List.of(prefix + "silu"), Map.of());
    String mid = prefix + "mid";
    graph.node(mid, "Mul", List.of(prefix + "silu", up), List.of(mid), Map.of());
    String input = tensors.rotations().isEmpty() ? mid : turnedInParts(mid);
    String down = addDown(prefix + "down", input, tensors.down(layer));
    points.add(layer, Projection.DOWN, mid, down, wide, shape.hidden());
    return down;
  }

  /** Turns some channels at a time. */
  private String turnedInParts(String mid) {
    String parts = mid + ".parts";
    graph.node(parts, "Reshape", List.of(mid, "mid.parts.shape"), List.of(parts), Map.of());
    String turned = turned(parts, FEED_FORWARD_ROTATION, parts + ".turned");
    String whole = mid + ".turned";
    graph.node(whole, "Reshape", List.of(turned, "mid.turned.shape"), List.of(whole), Map.of());
    return whole;
  }

  /** The input's rows differ in size, as those of no other product. */
  private String addDown(String name, String input, RowSource source) throws IOException {
    return recipe.isDynamic(Recipe.Layer.DOWN)
        ? weights.matMulScaled(
            name, input, source, recipe.codes(), rounding(input, source.columns()))
        : blocks(name, input, source);
  }

  /** How what reads this input is rounded; kept for the next product, which often reads it too. */
  private Optional<Gptq> rounding(String input, int width) {
    if (!input.equals(rounded)) {
      rounded = input;
      rounding = ranges.map(measured -> measured.rounding(input, width));
    }
    return rounding;
  }

  private String blocks(String name, String input, RowSource source) throws IOException {
    return recipe.half()
        ? weights.matMulHalf(name, input, source)
        : weights.matMulBlocks(name, input, weights.blocks(name, source));
  }

  private String linear(Recipe.Layer layer, String name, String input, RowSource source)
      throws IOException {
    return recipe.isDynamic(layer)
        ? weights.matMulDynamic(
            name, input, source, recipe.codes(), rounding(input, source.columns()))
        : blocks(name, input, source);
  }

  private void addHead(String normed, Optional<WeightsWriter.Blocks> embedding) throws IOException {
    String start = graph.constant("minus1", -1, true);
    String end = graph.constant("big", 1L << 62, true);
    graph.node(LAST, "Slice", List.of(normed, start, end, "axis1"), List.of(LAST), Map.of());
    String logits = addHeadProduct(normed, embedding);
    if (recipe.half()) {
      Map<String, Object> wide = Map.of("to", DataType.FLOAT_VALUE);
      graph.node(LOGITS, "Cast", List.of(logits), List.of(LOGITS), wide);
    } else {
      graph.node(LOGITS, "Identity", List.of(logits), List.of(LOGITS), Map.of());
    }
  }

  private String addHeadProduct(String normed, Optional<WeightsWriter.Blocks> embedding)
      throws IOException {
    if (embedding.isEmpty()) {
      return weights.matMulHalf("head", LAST, tensors.logits());
    }
    if (recipe.isDynamic(Recipe.Layer.HEAD)) {
      Optional<Gptq> rounding = rounding(normed, shape.hidden());
      CodeType codes = recipe.codes();
      return weights.matMulDynamic("head", LAST, tensors.logits(), codes, rounding);
    }
    Optional<RowSource> own = tensors.head();
    // A tied head reads the embedding's very bytes, in another shape.
    WeightsWriter.Blocks head =
        own.isPresent() ? weights.blocks("head", own.get()) : embedding.get();
    return weights.matMulBlocks("head", addOwnBasis(LAST), head);
  }

  /** The head's input, turned back if it was turned: blocks are the model's own weights. */
  private String addOwnBasis(String last) throws IOException {
    if (tensors.rotations().isEmpty()) {
      return last;
    }
    String gains = weights.vector("head.gains", tensors.ownFinalNorm());
    String back = turned(last, HIDDEN_ROTATION, "last.turned");
    graph.node("last.own", "Mul", List.of(back, gains), List.of("last.own"), Map.of());
    return "last.own";
  }
}
