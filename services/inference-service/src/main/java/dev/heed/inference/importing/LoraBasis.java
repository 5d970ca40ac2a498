package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A graph that brings an adapter's matrices, which are in the model's own basis, into the basis of
 * a rotated graph. It runs once for an adapter, so that no step pays for it. For each matrix there
 * are an input of its name and an output {@code NAME.turned} of the same shape; a matrix that an
 * adapter does not have is a vector of zeros.
 *
 * <p>With the residual stream x R and its gains g in the matrices: {@code x A} is {@code (x R) (R
 * diag(g) A)}, and what is added to the stream is {@code (y B) R}.
 */
final class LoraBasis {

  private final OnnxGraph graph = new OnnxGraph();
  private final RotatedWeights weights;

  private LoraBasis(RotatedWeights weights) {
    this.weights = weights;
  }

  /** For the points of a graph, of which the rotations are taken over. */
  static ModelProto of(ModelProto base, List<LoraPoint> points, RotatedWeights weights)
      throws IOException {
    LoraBasis basis = new LoraBasis(weights);
    GraphProto old = base.getGraph();
    basis.graph.interfaces(
        GraphProto.newBuilder()
            .addInitializer(named(old, LlamaGraph.HIDDEN_ROTATION))
            .addInitializer(named(old, LlamaGraph.HEAD_ROTATION))
            .build());
    for (LoraPoint point : points) {
      basis.addA(point);
      basis.addB(point);
    }
    basis.addDirector();
    return basis.graph.model();
  }

  private static TensorProto named(GraphProto graph, String name) {
    return graph.getInitializerList().stream()
        .filter(tensor -> tensor.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void addA(LoraPoint point) throws IOException {
    String a = point.a();
    String rank = declare(a, point.inWidth(), true);
    switch (point.projection()) {
      case DOWN -> node("Identity", a, List.of(a), turned(a));
      case O -> {
        int size = weights.rotations().orElseThrow().head().width();
        inParts(a, new long[] {point.inWidth() / size, size, -1}, false, point.inWidth(), -1);
      }
      default -> addReader(a, weights.gains(point.layer(), point.projection()));
    }
    graph.output(turned(a), DataType.FLOAT_VALUE, point.inWidth(), rank);
  }

  /** Turns a matrix that reads the residual stream through a norm. */
  private void addReader(String matrix, float[] gains) {
    String by = graph.floats(matrix + ".gains", gains, gains.length, 1);
    node("Mul", matrix + ".scaled", List.of(matrix, by), matrix + ".scaled");
    node("MatMul", matrix, List.of(LlamaGraph.HIDDEN_ROTATION, matrix + ".scaled"), turned(matrix));
  }

  private void addDirector() throws IOException {
    float[] gains = weights.ownFinalNorm();
    for (String matrix : DirectorHead.TURNED) {
      String columns = declare(matrix, gains.length, true);
      addReader(matrix, gains);
      graph.output(turned(matrix), DataType.FLOAT_VALUE, gains.length, columns);
    }
    for (String matrix : DirectorHead.UNTURNED) {
      String columns = declare(matrix, 1, true);
      node("Identity", matrix, List.of(matrix), turned(matrix));
      graph.output(turned(matrix), DataType.FLOAT_VALUE, 1, columns);
    }
  }

  private void addB(LoraPoint point) {
    String b = point.b();
    String rank = declare(b, point.outWidth(), false);
    switch (point.projection()) {
      case O, DOWN -> node("MatMul", b, List.of(b, LlamaGraph.HIDDEN_ROTATION), turned(b));
      case V -> {
        int size = weights.rotations().orElseThrow().head().width();
        inParts(b, new long[] {-1, point.outWidth() / size, size}, true, -1, point.outWidth());
      }
      default -> node("Identity", b, List.of(b), turned(b));
    }
    graph.output(turned(b), DataType.FLOAT_VALUE, rank, point.outWidth());
  }

  /** Turns each head's part of a matrix. */
  private void inParts(String matrix, long[] parts, boolean right, long rows, long columns) {
    String shape = graph.constants(matrix + ".parts.shape", parts);
    node("Reshape", matrix + ".parts", List.of(matrix, shape), matrix + ".parts");
    List<String> factors =
        right
            ? List.of(matrix + ".parts", LlamaGraph.HEAD_ROTATION)
            : List.of(LlamaGraph.HEAD_ROTATION, matrix + ".parts");
    node("MatMul", matrix + ".product", factors, matrix + ".product");
    String whole = graph.constants(matrix + ".whole.shape", new long[] {rows, columns});
    node("Reshape", matrix, List.of(matrix + ".product", whole), turned(matrix));
  }

  private String declare(String matrix, int width, boolean rankLast) {
    String rank = matrix + ".rank";
    if (rankLast) {
      graph.input(matrix, DataType.FLOAT_VALUE, width, rank);
      graph.floats(matrix, new float[width], width, 1);
    } else {
      graph.input(matrix, DataType.FLOAT_VALUE, rank, width);
      graph.floats(matrix, new float[width], 1, width);
    }
    return rank;
  }

  private void node(String operator, String name, List<String> inputs, String output) {
    graph.node(name + "." + operator, operator, inputs, List.of(output), Map.of());
  }

  private static String turned(String matrix) {
    return matrix + ".turned";
  }
}
