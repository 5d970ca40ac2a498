package dev.heed.learning.reward;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/** A reward model as an ONNX graph: features [B, W] float to p_good [B] float, scaling included. */
public final class RewardGraph {

  private static final int OPSET = 17;
  private static final int IR = 8;

  private RewardGraph() {}

  /** The bytes of the graph. */
  public static byte[] of(RewardModel.Scale scale, RewardModel model) {
    double[] all = model.weights();
    int width = all.length - 1;
    double[] weights = java.util.Arrays.copyOf(all, width);
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("heed-reward")
            .addInput(value(RewardScorer.FEATURES, width))
            .addOutput(value("p_good"))
            .addInitializer(tensor("mean", scale.means(), width))
            .addInitializer(tensor("factor", scale.factors(), width))
            .addInitializer(tensor("low", new double[] {-5}))
            .addInitializer(tensor("high", new double[] {5}))
            .addInitializer(tensor("weights", weights, width, 1))
            .addInitializer(tensor("bias", new double[] {all[width]}, 1))
            .addInitializer(
                TensorProto.newBuilder()
                    .setName("flat")
                    .setDataType(TensorProto.DataType.INT64.getNumber())
                    .addDims(1)
                    .addInt64Data(-1))
            .addNode(node("Sub", "centred", RewardScorer.FEATURES, "mean"))
            .addNode(node("Mul", "scaled", "centred", "factor"))
            .addNode(node("Clip", "clipped", "scaled", "low", "high"))
            .addNode(node("MatMul", "sums", "clipped", "weights"))
            .addNode(node("Add", "logits", "sums", "bias"))
            .addNode(node("Reshape", "logit", "logits", "flat"))
            .addNode(node("Sigmoid", "p_good", "logit"))
            .build();
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(IR)
        .setProducerName("heed")
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static NodeProto node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static TensorProto tensor(String name, double[] values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    for (double value : values) {
      tensor.addFloatData((float) value);
    }
    return tensor.build();
  }

  /** A float tensor whose first dimension is the batch. */
  private static ValueInfoProto value(String name, long... rest) {
    var shape =
        OnnxMl.TensorShapeProto.newBuilder()
            .addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    for (long dimension : rest) {
      shape.addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(dimension));
    }
    var type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
