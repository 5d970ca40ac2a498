package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A second graph over the same weights file that takes a LoRA adapter (Hu et al. 2021): for each
 * point two inputs, {@code NAME.lora_A.weight} [in, rank] and {@code NAME.lora_B.weight} [rank,
 * out], whose defaults have rank 0, so that a run without an adapter is the base. A {@link
 * DirectorHead} is open in the same way.
 */
final class LoraGraph {

  /** Its file beside model.onnx. */
  static final String FILE = "model.lora.onnx";

  private final Map<String, List<LoraPoint>> byOutput = new LinkedHashMap<>();
  private final OnnxGraph graph = new OnnxGraph();
  private final int hidden;

  private LoraGraph(List<LoraPoint> points, int hidden) {
    this.hidden = hidden;
    for (LoraPoint point : points) {
      byOutput.computeIfAbsent(point.output(), _ -> new ArrayList<>()).add(point);
    }
  }

  /**
   * The base with the points opened.
   *
   * @param hidden width of what its head reads
   */
  static ModelProto of(ModelProto base, List<LoraPoint> points, int hidden) {
    return new LoraGraph(points, hidden).rewrite(base);
  }

  private ModelProto rewrite(ModelProto base) {
    GraphProto old = base.getGraph();
    for (NodeProto node : old.getNodeList()) {
      String output = node.getOutput(0);
      List<LoraPoint> here = byOutput.get(output);
      boolean logits = output.equals(LlamaGraph.LOGITS);
      if (here == null && !logits) {
        graph.node(node);
        continue;
      }
      graph.node(node.toBuilder().setOutput(0, plain(output)).build());
      if (logits) {
        DirectorHead.open(graph, LlamaGraph.LAST, hidden, plain(output), output);
      } else {
        open(output, here);
      }
    }
    graph.interfaces(old);
    return graph.model();
  }

  private static String plain(String output) {
    return output + ".base";
  }

  private void open(String output, List<LoraPoint> points) {
    Optional<LoraPoint.Part> shared = points.getFirst().part();
    if (shared.isEmpty()) {
      add(points.getFirst(), plain(output), output);
      return;
    }
    long[] widths = shared.get().widths();
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      parts.add(output + ".part" + i);
    }
    graph.node(
        output + ".split",
        "Split",
        List.of(plain(output), graph.constants(output + ".widths", widths)),
        List.copyOf(parts),
        Map.of("axis", -1));
    for (LoraPoint point : points) {
      int index = point.part().orElseThrow().index();
      String sum = parts.get(index) + ".sum";
      add(point, parts.get(index), sum);
      parts.set(index, sum);
    }
    graph.node(output + ".concat", "Concat", parts, List.of(output), Map.of("axis", -1));
  }

  private void add(LoraPoint point, String before, String sum) {
    String name = point.projection().parameter(point.layer());
    String a = point.a();
    String b = point.b();
    // Of each its own: ONNX Runtime shares buffers between dimensions of one name.
    String rank = name + ".rank";
    graph.input(a, DataType.FLOAT_VALUE, point.inWidth(), rank);
    graph.input(b, DataType.FLOAT_VALUE, rank, point.outWidth());
    graph.floats(a, new float[0], point.inWidth(), 0);
    graph.floats(b, new float[0], 0, point.outWidth());
    graph.node(name + ".xa", "MatMul", List.of(point.input(), a), List.of(name + ".xa"), Map.of());
    String delta = name + ".delta";
    graph.node(delta, "MatMul", List.of(name + ".xa", b), List.of(delta), Map.of());
    graph.node(name + ".sum", "Add", List.of(before, delta), List.of(sum), Map.of());
  }
}
