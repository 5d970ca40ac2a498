package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An ONNX graph under construction; its large tensors lie in the {@link WeightsFile}. */
final class OnnxGraph {

  private static final int OPSET = 17;
  private static final int IR_VERSION = 10;
  private static final String CONTRIB = "com.microsoft";

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("decoder");

  /** Adds a standard operator. */
  void node(
      String name,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Map<String, Object> attributes) {
    add("", name, operator, inputs, outputs, attributes);
  }

  /** Adds one of ONNX Runtime's own operators. */
  void contrib(
      String name,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Map<String, Object> attributes) {
    add(CONTRIB, name, operator, inputs, outputs, attributes);
  }

  private void add(
      String domain,
      String name,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Map<String, Object> attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setDomain(domain)
            .setName(name)
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    // In one order, so that the same file gives the same graph and the model the same version.
    new TreeMap<>(attributes).forEach((key, value) -> node.addAttribute(attribute(key, value)));
    graph.addNode(node);
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    return switch (value) {
      case Integer number ->
          attribute.setType(AttributeProto.AttributeType.INT).setI(number).build();
      case String text ->
          attribute
              .setType(AttributeProto.AttributeType.STRING)
              .setS(com.google.protobuf.ByteString.copyFromUtf8(text))
              .build();
      case long[] numbers -> {
        attribute.setType(AttributeProto.AttributeType.INTS);
        java.util.Arrays.stream(numbers).forEach(attribute::addInts);
        yield attribute.build();
      }
      case Float number ->
          attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number).build();
      default -> throw new IllegalArgumentException("attribute " + name);
    };
  }

  /** Adds a node as it is. */
  void node(NodeProto node) {
    graph.addNode(node);
  }

  /** Takes over all inputs, outputs and weights of another graph. */
  void interfaces(GraphProto other) {
    graph.addAllInitializer(other.getInitializerList());
    List<ValueInfoProto> own = List.copyOf(graph.getInputList());
    graph.clearInput().addAllInput(other.getInputList()).addAllInput(own);
    graph.addAllOutput(other.getOutputList());
  }

  /** A small tensor of floats, in the graph itself. */
  String floats(String name, float[] values, long... dimensions) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** A vector of whole numbers. */
  String constants(String name, long[] values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** A whole number: a scalar, or a vector of one. */
  String constant(String name, long value, boolean vector) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addInt64Data(value);
    if (vector) {
      tensor.addDims(1);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** A tensor whose bytes lie in the weights file. */
  String weights(String name, int type, WeightsFile.Extent extent, long... dimensions) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", WeightsFile.NAME))
            .addExternalData(entry("offset", Long.toString(extent.offset())))
            .addExternalData(entry("length", Long.toString(extent.bytes())));
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** Declares an input of the model; a dimension is a Long or a name. */
  void input(String name, int type, Object... dimensions) {
    graph.addInput(value(name, type, dimensions));
  }

  /** Declares an output of the model; a dimension is a Long or a name. */
  void output(String name, int type, Object... dimensions) {
    graph.addOutput(value(name, type, dimensions));
  }

  ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("heed")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(CONTRIB).setVersion(1))
        .setGraph(graph)
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ValueInfoProto value(String name, int type, Object... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dimension : dimensions) {
      TensorShapeProto.Dimension.Builder built = TensorShapeProto.Dimension.newBuilder();
      if (dimension instanceof Number number) {
        built.setDimValue(number.longValue());
      } else {
        built.setDimParam(dimension.toString());
      }
      shape.addDim(built);
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
