package dev.heed.inference.importing;

import java.util.List;
import java.util.Map;

/**
 * Brings each row of dynamic products' inputs, a token, to a largest magnitude of 1, and the rows
 * of the products back. DynamicQuantizeMatMul has one step for all rows; so one with outliers, such
 * as a prompt's first token, would leave its neighbours few steps, and what a person is answered
 * would depend on who is answered beside it.
 */
final class RowScaling {

  /** For rows of zeros, which stay what they are. */
  private static final float LEAST = 1e-20f;

  private static final String CONSTANT = "row.least";

  private final OnnxGraph graph;
  private boolean used;

  RowScaling(OnnxGraph graph) {
    this.graph = graph;
  }

  /** The input with its rows scaled. */
  String scale(String input) {
    String scaled = input + ".scaled";
    if (!used) {
      graph.floats(CONSTANT, new float[] {LEAST});
      used = true;
    }
    graph.node(input + ".abs", "Abs", List.of(input), List.of(input + ".abs"), Map.of());
    graph.node(
        input + ".max",
        "ReduceMax",
        List.of(input + ".abs"),
        List.of(input + ".max"),
        Map.of("axes", new long[] {-1}, "keepdims", 1));
    graph.node(
        largest(input),
        "Max",
        List.of(input + ".max", CONSTANT),
        List.of(largest(input)),
        Map.of());
    graph.node(scaled, "Div", List.of(input, largest(input)), List.of(scaled), Map.of());
    return scaled;
  }

  /** The product of a scaled input as it would be of the input. */
  void restore(String input, String product, String output) {
    graph.node(output, "Mul", List.of(product, largest(input)), List.of(output), Map.of());
  }

  private static String largest(String input) {
    return input + ".largest";
  }
}
