package dev.heed.inference;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.heed.inference.runtime.AdapterFile;
import dev.heed.inference.runtime.GenaiConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A decoder of one layer with random weights in 32-bit floats, in the genai layout: small enough
 * for thousands of sequences, and a second shape of model (logits of every position, {@code
 * position_ids} as an input) beside the imported one. Nothing in it depends on a row's neighbours.
 */
public final class TinyDecoder {

  static final int VOCABULARY = 101;
  static final int END = 0;

  private static final int HIDDEN = 64;
  private static final int HEADS = 4;
  private static final int KV_HEADS = 2;
  private static final int HEAD = 16;
  private static final int CONTEXT = 256;
  private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();
  private static final int INT64 = TensorProto.DataType.INT64.getNumber();
  private static final int INT32 = TensorProto.DataType.INT32.getNumber();

  private final SplittableRandom random = new SplittableRandom(42);
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");

  private TinyDecoder() {}

  /** Writes model.onnx and genai_config.json. */
  public static GenaiConfig write(Path folder) throws IOException {
    Files.write(folder.resolve("model.onnx"), new TinyDecoder().model().toByteArray());
    Files.writeString(
        folder.resolve(GenaiConfig.FILE),
        """
        {"model": {"vocab_size": %d, "context_length": %d, "eos_token_id": [%d],
          "decoder": {"filename": "model.onnx", "head_size": %d, "num_key_value_heads": %d,
            "num_hidden_layers": 1, "inputs": {"position_ids": "position_ids"}}}}
        """
            .formatted(VOCABULARY, CONTEXT, END, HEAD, KV_HEADS));
    return GenaiConfig.read(folder);
  }

  /** The inputs of {@link #writeAdaptable}'s graph. */
  public static final String ADAPTED = "model.layers.0.mlp.up_proj";

  /** Writes the same with a graph for adapters: what the head reads is y + (y A) B. */
  public static GenaiConfig writeAdaptable(Path folder) throws IOException {
    Files.write(folder.resolve("model.lora.onnx"), new TinyDecoder().adaptable().toByteArray());
    return write(folder);
  }

  /** An adapter for it of random numbers. */
  public static AdapterFile adapter(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return AdapterFile.parse(
        new AdapterBytes()
            .matrix(ADAPTED + ".lora_A.weight", HIDDEN, 2, numbers(random, 2 * HIDDEN))
            .matrix(ADAPTED + ".lora_B.weight", 2, HIDDEN, numbers(random, 2 * HIDDEN))
            .build());
  }

  private static float[] numbers(SplittableRandom random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (random.nextDouble() - 0.5);
    }
    return numbers;
  }

  private ModelProto adaptable() {
    ModelProto.Builder model = model().toBuilder();
    GraphProto.Builder whole = model.getGraphBuilder();
    int last = whole.getNodeCount() - 1;
    NodeProto head = whole.getNode(last).toBuilder().setInput(0, "adapted").build();
    whole.removeNode(last);
    String a = ADAPTED + ".lora_A.weight";
    String b = ADAPTED + ".lora_B.weight";
    whole.addNode(plain("MatMul", "y", a, "ya"));
    whole.addNode(plain("MatMul", "ya", b, "delta"));
    whole.addNode(plain("Add", "y", "delta", "adapted"));
    whole.addNode(head);
    whole.addInput(value(a, FLOAT, HIDDEN, "rank")).addInput(value(b, FLOAT, "rank", HIDDEN));
    whole.addInitializer(empty(a, HIDDEN, 0)).addInitializer(empty(b, 0, HIDDEN));
    return model.build();
  }

  private static NodeProto plain(String operator, String one, String other, String output) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addInput(one)
        .addInput(other)
        .addOutput(output)
        .build();
  }

  private static TensorProto empty(String name, long rows, long columns) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(FLOAT)
        .addDims(rows)
        .addDims(columns)
        .build();
  }

  private ModelProto model() {
    weights();
    node("", "Gather", "embedding input_ids", "token");
    node("", "Gather", "places position_ids", "place");
    node("", "Add", "token place", "x");
    node("", "MatMul", "x qkv", "mixed");
    node("", "ReduceSum", "attention_mask axis", "lengths").addAttribute(number("keepdims", 0));
    node("", "Sub", "lengths one", "before");
    node("", "Cast", "before", "seqlens").addAttribute(number("to", INT32));
    node("", "Shape", "attention_mask", "shape");
    node("", "Gather", "shape index", "total64").addAttribute(number("axis", 0));
    node("", "Cast", "total64", "total").addAttribute(number("to", INT32));
    node(
            "com.microsoft",
            "GroupQueryAttention",
            "mixed - - past_key_values.0.key past_key_values.0.value seqlens total cos sin",
            "attended present.0.key present.0.value")
        .addAttribute(number("num_heads", HEADS))
        .addAttribute(number("kv_num_heads", KV_HEADS))
        .addAttribute(number("do_rotary", 1));
    node("", "Add", "x attended", "y");
    node("", "MatMul", "y head", "logits");
    interfaces();
    return ModelProto.newBuilder()
        .setIrVersion(10)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .setGraph(graph)
        .build();
  }

  private void weights() {
    floats("embedding", 1, VOCABULARY, HIDDEN);
    floats("places", 0.3, CONTEXT, HIDDEN);
    floats("qkv", 0.6, HIDDEN, (HEADS + 2 * KV_HEADS) * HEAD);
    floats("head", 1, HIDDEN, VOCABULARY);
    floats("cos", 1, CONTEXT, HEAD / 2);
    floats("sin", 1, CONTEXT, HEAD / 2);
    graph.addInitializer(integers("axis", 1).addDims(1));
    graph.addInitializer(integers("one", 1).addDims(1));
    graph.addInitializer(integers("index", 1));
  }

  private void interfaces() {
    graph.addInput(value("input_ids", INT64, "batch", "sequence"));
    graph.addInput(value("attention_mask", INT64, "batch", "total"));
    graph.addInput(value("position_ids", INT64, "batch", "sequence"));
    for (String side : List.of("key", "value")) {
      graph.addInput(value("past_key_values.0." + side, FLOAT, "batch", KV_HEADS, "past", HEAD));
    }
    graph.addOutput(value("logits", FLOAT, "batch", "sequence", VOCABULARY));
    for (String side : List.of("key", "value")) {
      graph.addOutput(value("present.0." + side, FLOAT, "batch", KV_HEADS, "all", HEAD));
    }
  }

  private NodeProto.Builder node(String domain, String operator, String inputs, String outputs) {
    NodeProto.Builder node = graph.addNodeBuilder().setDomain(domain).setOpType(operator);
    for (String input : inputs.split(" ")) {
      node.addInput(input.equals("-") ? "" : input);
    }
    return node.addAllOutput(List.of(outputs.split(" ")));
  }

  private static AttributeProto number(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private void floats(String name, double scale, int rows, int columns) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(FLOAT).addDims(rows).addDims(columns);
    for (int i = 0; i < rows * columns; i++) {
      tensor.addFloatData((float) ((random.nextDouble() * 2 - 1) * scale));
    }
    graph.addInitializer(tensor);
  }

  private static TensorProto.Builder integers(String name, long value) {
    return TensorProto.newBuilder().setName(name).setDataType(INT64).addInt64Data(value);
  }

  private static ValueInfoProto value(String name, int type, Object... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (Object dim : shape) {
      if (dim instanceof Integer size) {
        dims.addDimBuilder().setDimValue(size);
      } else {
        dims.addDimBuilder().setDimParam(dim.toString());
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(dims)))
        .build();
  }
}
