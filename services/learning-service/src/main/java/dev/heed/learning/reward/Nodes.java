package dev.heed.learning.reward;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Arrays;
import java.util.List;

/** Appends nodes of opset 11, where axes are attributes, to a graph. */
final class Nodes {

  private static final long FLOAT = DataType.FLOAT.getNumber();
  private static final long INT64 = DataType.INT64.getNumber();

  private final GraphProto.Builder graph;

  Nodes(GraphProto.Builder graph) {
    this.graph = graph;
  }

  /** A node of one output; the output's name. */
  String add(String type, String output, String... inputs) {
    graph.addNode(node(type, output, inputs));
    return output;
  }

  String toFloat(String output, String input) {
    return cast(output, input, FLOAT);
  }

  String toInt(String output, String input) {
    return cast(output, input, INT64);
  }

  private String cast(String output, String input, long type) {
    graph.addNode(node("Cast", output, input).addAttribute(attribute("to", type)));
    return output;
  }

  /** Sum, or another reduction, over one axis. */
  String reduce(String type, String output, String input, long axis, boolean keep) {
    graph.addNode(
        node(type, output, input)
            .addAttribute(axes(axis))
            .addAttribute(attribute("keepdims", keep ? 1 : 0)));
    return output;
  }

  String unsqueeze(String output, String input, long axis) {
    graph.addNode(node("Unsqueeze", output, input).addAttribute(axes(axis)));
    return output;
  }

  String concat(String output, long axis, String... inputs) {
    graph.addNode(node("Concat", output, inputs).addAttribute(attribute("axis", axis)));
    return output;
  }

  String floats(String name, double[] values, long... shape) {
    TensorProto.Builder tensor = tensor(name, DataType.FLOAT, shape);
    Arrays.stream(values).forEach(value -> tensor.addFloatData((float) value));
    graph.addInitializer(tensor);
    return name;
  }

  String ints(String name, long[] values, long... shape) {
    TensorProto.Builder tensor = tensor(name, DataType.INT64, shape);
    Arrays.stream(values).forEach(tensor::addInt64Data);
    graph.addInitializer(tensor);
    return name;
  }

  /** Makes a float value of the graph an output; the first dimension is the batch. */
  void output(String name, long... rest) {
    var shape = TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam("batch"));
    Arrays.stream(rest).forEach(n -> shape.addDim(Dimension.newBuilder().setDimValue(n)));
    var type = TypeProto.Tensor.newBuilder().setElemType((int) FLOAT).setShape(shape);
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(TypeProto.newBuilder().setTensorType(type)));
  }

  private static NodeProto.Builder node(String type, String output, String... inputs) {
    return NodeProto.newBuilder().setOpType(type).addAllInput(List.of(inputs)).addOutput(output);
  }

  private static TensorProto.Builder tensor(String name, DataType type, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    Arrays.stream(shape).forEach(tensor::addDims);
    return tensor;
  }

  private static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto axes(long axis) {
    return AttributeProto.newBuilder()
        .setName("axes")
        .setType(AttributeProto.AttributeType.INTS)
        .addInts(axis)
        .build();
  }
}
