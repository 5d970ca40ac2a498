package dev.heed.inference.runtime;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.heed.inference.runtime.Ort.Kind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies within a device's memory: a graph of nothing but Identity, run by the device itself. (The
 * C API's own CopyTensors knows only devices that came as plug-ins.)
 */
final class DeviceCopy implements AutoCloseable {

  private static final int IR_VERSION = 10;
  private static final int OPSET = 17;

  private final Ort ort = Ort.get();
  private final DeviceMemory memory;
  private final MemorySegment session;
  private final MemorySegment runOptions;
  private final int parts;

  /**
   * @param options as the model's own session has them
   * @param parts tensors of a copy
   */
  DeviceCopy(DeviceMemory memory, MemorySegment options, int parts) {
    this.memory = memory;
    this.parts = parts;
    session = ort.createSession(graph(parts).toByteArray(), options);
    runOptions = ort.createRunOptions();
  }

  private static ModelProto graph(int parts) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("copy");
    for (int i = 0; i < parts; i++) {
      graph.addNode(
          NodeProto.newBuilder().setOpType("Identity").addInput("from" + i).addOutput("to" + i));
      graph.addInput(bytes("from" + i)).addOutput(bytes("to" + i));
    }
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build();
  }

  private static ValueInfoProto bytes(String name) {
    var shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("n");
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(DataType.INT8_VALUE).setShape(shape)))
        .build();
  }

  /** Copies each part over the one in its place, all of one size. */
  void run(List<MemorySegment> from, List<MemorySegment> to) {
    List<MemorySegment> values = new ArrayList<>();
    MemorySegment binding = ort.createBinding(session);
    try {
      for (int i = 0; i < parts; i++) {
        ort.bindInput(binding, "from" + i, value(values, from.get(i)));
        ort.bindOutput(binding, "to" + i, value(values, to.get(i)));
      }
      ort.run(session, runOptions, binding);
    } finally {
      ort.release(Kind.BINDING, binding);
      values.forEach(value -> ort.release(Kind.VALUE, value));
    }
  }

  private MemorySegment value(List<MemorySegment> values, MemorySegment part) {
    MemorySegment value = memory.tensor(part, Ort.INT8, part.byteSize());
    values.add(value);
    return value;
  }

  @Override
  public void close() {
    ort.release(Kind.RUN_OPTIONS, runOptions);
    ort.release(Kind.SESSION, session);
  }
}
