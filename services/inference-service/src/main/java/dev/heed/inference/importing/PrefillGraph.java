package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A graph over the same weights file for prompts, where the cache holds bytes: attention reads
 * floats there, since ONNX Runtime's kernel for a cache of bytes is made for one query at a time.
 * Takes the slot's bytes as {@code past_key_values.N.key|value}, of which as many positions count
 * as the mask has more than {@code input_ids}, and gives as {@code present.N.key|value} the bytes
 * of the new positions alone.
 */
final class PrefillGraph {

  private static final String GQA = "GroupQueryAttention";

  /** Inputs of that operator. */
  private static final int PAST_KEY = 3;

  private static final int PAST_VALUE = 4;
  private static final int FLOAT_INPUTS = 9;
  private static final int KEY_STEPS = 12;
  private static final int VALUE_STEPS = 13;

  /** Its outputs. */
  private static final int PRESENT_KEY = 1;

  private static final int PRESENT_VALUE = 2;

  private final OnnxGraph graph = new OnnxGraph();

  private PrefillGraph() {}

  /** Of a graph whose cache holds bytes. */
  static ModelProto of(ModelProto base) {
    return new PrefillGraph().rewrite(base.getGraph());
  }

  private ModelProto rewrite(GraphProto old) {
    graph.constant("prefill.zero", 0, true);
    graph.constant("prefill.end", 1L << 62, true);
    graph.constant("prefill.axis", 2, true);
    graph.floats("prefill.least", new float[] {Byte.MIN_VALUE});
    graph.floats("prefill.most", new float[] {Byte.MAX_VALUE});
    addPast();
    for (NodeProto node : old.getNodeList()) {
      if (node.getOpType().equals(GQA)) {
        addAttention(node);
      } else {
        graph.node(node);
      }
    }
    graph.interfaces(
        old.toBuilder()
            .clearOutput()
            .addAllOutput(old.getOutputList().stream().map(PrefillGraph::fresh).toList())
            .build());
    return graph.model();
  }

  /** How many positions the slot holds: a vector of one. */
  private void addPast() {
    graph.node("prefill.all", "Shape", List.of("attention_mask"), List.of("prefill.all"), Map.of());
    graph.node("prefill.ids", "Shape", List.of("input_ids"), List.of("prefill.ids"), Map.of());
    graph.node(
        "prefill.before",
        "Sub",
        List.of("prefill.all", "prefill.ids"),
        List.of("prefill.before"),
        Map.of());
    String second = graph.constant("prefill.second", 1, true);
    graph.node(
        "prefill.past",
        "Gather",
        List.of("prefill.before", second),
        List.of("prefill.past"),
        Map.of("axis", 0));
  }

  private void addAttention(NodeProto node) {
    List<String> inputs = new ArrayList<>(node.getInputList().subList(0, FLOAT_INPUTS));
    String keySteps = node.getInput(KEY_STEPS);
    String valueSteps = node.getInput(VALUE_STEPS);
    inputs.set(PAST_KEY, decoded(node.getInput(PAST_KEY), keySteps));
    inputs.set(PAST_VALUE, decoded(node.getInput(PAST_VALUE), valueSteps));
    String key = node.getOutput(PRESENT_KEY);
    String value = node.getOutput(PRESENT_VALUE);
    NodeProto.Builder floats = node.toBuilder().clearInput().addAllInput(inputs).clearAttribute();
    node.getAttributeList().stream()
        .filter(attribute -> !attribute.getName().contains("quant_type"))
        .filter(attribute -> !attribute.getName().equals("kv_cache_bit_width"))
        .forEach(floats::addAttribute);
    graph.node(
        floats
            .setOutput(PRESENT_KEY, key + ".all")
            .setOutput(PRESENT_VALUE, value + ".all")
            .build());
    encode(key, keySteps);
    encode(value, valueSteps);
  }

  private String decoded(String past, String steps) {
    String used = past + ".used";
    graph.node(
        used,
        "Slice",
        List.of(past, "prefill.zero", "prefill.past", "prefill.axis"),
        List.of(used),
        Map.of());
    String codes = past + ".codes";
    graph.node(codes, "Cast", List.of(used), List.of(codes), Map.of("to", DataType.FLOAT_VALUE));
    String floats = past + ".floats";
    graph.node(floats, "Mul", List.of(codes, steps), List.of(floats), Map.of());
    return floats;
  }

  private void encode(String present, String steps) {
    String fresh = present + ".fresh";
    graph.node(
        fresh,
        "Slice",
        List.of(present + ".all", "prefill.past", "prefill.end", "prefill.axis"),
        List.of(fresh),
        Map.of());
    String codes = present + ".codes";
    graph.node(codes, "Div", List.of(fresh, steps), List.of(codes), Map.of());
    String whole = present + ".whole";
    graph.node(whole, "Round", List.of(codes), List.of(whole), Map.of());
    String cut = present + ".cut";
    graph.node(
        cut, "Clip", List.of(whole, "prefill.least", "prefill.most"), List.of(cut), Map.of());
    graph.node(present, "Cast", List.of(cut), List.of(present), Map.of("to", DataType.INT8_VALUE));
  }

  /** The same output; of a cache, with the new positions for all. */
  private static ValueInfoProto fresh(ValueInfoProto output) {
    if (!output.getName().startsWith("present.")) {
      return output;
    }
    ValueInfoProto.Builder own = output.toBuilder();
    own.getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(2)
        .setDimParam("seq");
    return own.build();
  }
}
