package dev.heed.learning.reward;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.Arrays;
import java.util.Optional;

/**
 * A reward model as an ONNX graph: what makes its features, then p_good [B], scaling included, and
 * p_rude [B] where that was learnt too.
 */
final class RewardGraph {

  private final Nodes nodes;

  private RewardGraph(Nodes nodes) {
    this.nodes = nodes;
  }

  /**
   * The graph.
   *
   * @param features a graph of opset 11 whose only output is {@value PairGraph#FEATURES}
   * @param good P(good) of scaled features
   * @param rude P(rude) of the same
   */
  static ModelProto of(
      ModelProto features, RewardModel.Scale scale, RewardModel good, Optional<RewardModel> rude) {
    GraphProto.Builder graph = features.getGraph().toBuilder().clearOutput();
    RewardGraph made = new RewardGraph(new Nodes(graph));
    made.scaled(scale);
    made.head(RewardScorer.P_GOOD, good);
    rude.ifPresent(model -> made.head(RewardScorer.P_RUDE, model));
    return features.toBuilder().setGraph(graph).build();
  }

  private void scaled(RewardModel.Scale scale) {
    nodes.floats("heed.mean", scale.means(), scale.means().length);
    nodes.floats("heed.factor", scale.factors(), scale.factors().length);
    nodes.floats("heed.low", new double[] {-RewardModel.Scale.FARTHEST});
    nodes.floats("heed.high", new double[] {RewardModel.Scale.FARTHEST});
    nodes.ints("heed.flat", new long[] {-1}, 1);
    nodes.add("Sub", "heed.centred", PairGraph.FEATURES, "heed.mean");
    nodes.add("Mul", "heed.scaled", "heed.centred", "heed.factor");
    nodes.add("Clip", "heed.clipped", "heed.scaled", "heed.low", "heed.high");
  }

  private void head(String output, RewardModel model) {
    double[] all = model.weights();
    int width = all.length - 1;
    String weights = nodes.floats(output + ".weights", Arrays.copyOf(all, width), width, 1);
    String bias = nodes.floats(output + ".bias", new double[] {all[width]}, 1);
    String sums = nodes.add("MatMul", output + ".sums", "heed.clipped", weights);
    String logits = nodes.add("Add", output + ".logits", sums, bias);
    nodes.add("Sigmoid", output, nodes.add("Reshape", output + ".logit", logits, "heed.flat"));
    nodes.output(output);
  }
}
