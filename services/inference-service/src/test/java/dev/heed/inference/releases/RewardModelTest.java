package dev.heed.inference.releases;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.heed.inference.runtime.ModelException;
import dev.heed.inference.text.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which reply a reward model picks; its graphs look for two words and do nothing else. */
class RewardModelTest {

  private static final int NICE = 3;
  private static final int RUDE = 4;
  private static final List<ChatMessage> ASKED = List.of(new ChatMessage("user", "hello"));
  private static final List<String> REPLIES = List.of("nice rude", "hello", "nice");

  @TempDir Path folder;

  @BeforeEach
  void whatLiesBesideAGraph() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"},
         "model": {"type": "WordLevel", "unk_token": "[UNK]",
                   "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "nice": 3, "rude": 4, "hello": 5}}}
        """);
    Files.writeString(
        folder.resolve("reward.json"),
        """
        {"cls": 1, "sep": 2, "context_turns": 3, "context_tokens": 8, "reply_tokens": 8}
        """);
  }

  @Test
  void withoutRudenessTheLikeliestGoodOneWins() {
    try (RewardModel model = load(new Graph().head("p_good", NICE, .4f, .5f))) {
      assertArrayEquals(new float[] {.9f, .5f, .9f}, model.worth(ASKED, REPLIES), 1e-6f);
      assertEquals(0, model.best(ASKED, REPLIES));
    }
  }

  @Test
  void rudenessTakesAwayFromWhatAReplyIsWorth() {
    Graph graph = new Graph().head("p_good", NICE, .4f, .5f).head("p_rude", RUDE, .8f, .1f);
    try (RewardModel model = load(graph)) {
      assertArrayEquals(new float[] {0, .4f, .8f}, model.worth(ASKED, REPLIES), 1e-6f);
      assertEquals(2, model.best(ASKED, REPLIES));
      assertEquals(1, model.best(ASKED, REPLIES.subList(0, 2)));
    }
  }

  @Test
  void whatIsNoProbabilityIsNotServed() {
    Graph graph = new Graph().head("p_good", NICE, .4f, .5f).head("p_rude", RUDE, .8f, -.1f);

    assertThrows(ModelException.class, () -> load(graph));
  }

  private RewardModel load(Graph graph) {
    return RewardModel.load("judge@1", graph.bytes(), folder);
  }

  /** Heads that are {@code high} more where a token stands anywhere in the row. */
  private static final class Graph {

    private final GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("words")
            .addInput(value("input_ids", TensorProto.DataType.INT64, "length"))
            .addInput(value("attention_mask", TensorProto.DataType.INT64, "length"));

    Graph head(String output, int token, float high, float low) {
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName(output + ".token")
              .setDataType(TensorProto.DataType.INT64.getNumber())
              .addInt64Data(token));
      number(output + ".high", high);
      number(output + ".low", low);
      node("Equal", output + ".is", "input_ids", output + ".token");
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Cast")
              .addInput(output + ".is")
              .addOutput(output + ".one")
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("to")
                      .setType(AttributeProto.AttributeType.INT)
                      .setI(TensorProto.DataType.FLOAT.getNumber())));
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("ReduceMax")
              .addInput(output + ".one")
              .addOutput(output + ".any")
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("axes")
                      .setType(AttributeProto.AttributeType.INTS)
                      .addInts(1))
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("keepdims")
                      .setType(AttributeProto.AttributeType.INT)
                      .setI(0)));
      node("Mul", output + ".more", output + ".any", output + ".high");
      node("Add", output, output + ".more", output + ".low");
      graph.addOutput(value(output, TensorProto.DataType.FLOAT));
      return this;
    }

    byte[] bytes() {
      return ModelProto.newBuilder()
          .setIrVersion(7)
          .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(11))
          .setGraph(graph)
          .build()
          .toByteArray();
    }

    private void number(String name, float value) {
      graph.addInitializer(
          TensorProto.newBuilder()
              .setName(name)
              .setDataType(TensorProto.DataType.FLOAT.getNumber())
              .addFloatData(value));
    }

    private void node(String type, String output, String... inputs) {
      graph.addNode(
          NodeProto.newBuilder().setOpType(type).addAllInput(List.of(inputs)).addOutput(output));
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, String... more) {
      var shape = TensorShapeProto.newBuilder().addDim(Dimension.newBuilder().setDimParam("batch"));
      for (String dimension : more) {
        shape.addDim(Dimension.newBuilder().setDimParam(dimension));
      }
      var tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
      return ValueInfoProto.newBuilder()
          .setName(name)
          .setType(TypeProto.newBuilder().setTensorType(tensor))
          .build();
    }
  }
}
