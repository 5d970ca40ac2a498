package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Outputs of a graph with what must be known of its tensors before the weights are written. */
final class Watches {

  /**
   * One output.
   *
   * @param output its name
   * @param width its floats
   * @param added whether the runs' outputs are added up; else the larger is kept, one by one
   */
  record Watch(String output, int width, boolean added) {}

  private final OnnxGraph graph;
  private final Map<String, Watch> watches = new LinkedHashMap<>();

  Watches(OnnxGraph graph) {
    this.graph = graph;
  }

  /** By the tensor that is watched. */
  Map<String, Watch> all() {
    return Map.copyOf(watches);
  }

  /** The largest magnitude of each channel; the axes are those that are no channels. */
  void largest(String tensor, int width, long... axes) {
    String name = tensor + ".watched";
    graph.node(name + ".abs", "Abs", List.of(tensor), List.of(name + ".abs"), Map.of());
    graph.node(
        name + ".max",
        "ReduceMax",
        List.of(name + ".abs"),
        List.of(name + ".max"),
        Map.of("axes", axes, "keepdims", 0));
    output(tensor, name + ".max", width, false);
  }

  /** The sum of x x^T over all positions, of each block of {@link Gptq#block} channels. */
  void gram(String tensor, int width) {
    int block = Gptq.block(width);
    String name = tensor + ".watched";
    String shape = graph.constants(name + ".shape", new long[] {-1, width / block, block});
    graph.node(
        name + ".rows", "Reshape", List.of(tensor, shape), List.of(name + ".rows"), Map.of());
    transpose(name + ".rows", name + ".left", 1, 2, 0);
    transpose(name + ".rows", name + ".right", 1, 0, 2);
    graph.node(
        name + ".gram",
        "MatMul",
        List.of(name + ".left", name + ".right"),
        List.of(name + ".gram"),
        Map.of());
    output(tensor, name + ".gram", Math.multiplyExact(width, block), true);
  }

  private void transpose(String from, String to, long... order) {
    graph.node(to, "Transpose", List.of(from), List.of(to), Map.of("perm", order));
  }

  private void output(String tensor, String from, int width, boolean added) {
    String output = tensor + ".measured";
    String flat = graph.constant(output + ".flat", -1, true);
    graph.node(output, "Reshape", List.of(from, flat), List.of(output), Map.of());
    graph.output(output, DataType.FLOAT_VALUE, width);
    watches.put(tensor, new Watch(output, width, added));
  }
}
