package dev.heed.learning.reward;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.Arrays;

/** A reward model as an ONNX graph: what makes its features, then p_good [B], scaling included. */
final class RewardGraph {

  private RewardGraph() {}

  /**
   * The graph.
   *
   * @param features a graph of opset 11 whose only output is {@value PairGraph#FEATURES}
   */
  static ModelProto of(ModelProto features, RewardModel.Scale scale, RewardModel model) {
    double[] all = model.weights();
    int width = all.length - 1;
    GraphProto.Builder graph = features.getGraph().toBuilder();
    Nodes nodes = new Nodes(graph);
    nodes.floats("heed.mean", scale.means(), width);
    nodes.floats("heed.factor", scale.factors(), width);
    nodes.floats("heed.low", new double[] {-RewardModel.Scale.FARTHEST});
    nodes.floats("heed.high", new double[] {RewardModel.Scale.FARTHEST});
    nodes.floats("heed.weights", Arrays.copyOf(all, width), width, 1);
    nodes.floats("heed.bias", new double[] {all[width]}, 1);
    nodes.ints("heed.flat", new long[] {-1}, 1);
    nodes.add("Sub", "heed.centred", PairGraph.FEATURES, "heed.mean");
    nodes.add("Mul", "heed.scaled", "heed.centred", "heed.factor");
    nodes.add("Clip", "heed.clipped", "heed.scaled", "heed.low", "heed.high");
    nodes.add("MatMul", "heed.sums", "heed.clipped", "heed.weights");
    nodes.add("Add", "heed.logits", "heed.sums", "heed.bias");
    nodes.add("Reshape", "heed.logit", "heed.logits", "heed.flat");
    nodes.add("Sigmoid", RewardScorer.P_GOOD, "heed.logit");
    nodes.onlyOutput(RewardScorer.P_GOOD);
    return features.toBuilder().setGraph(graph).build();
  }
}
