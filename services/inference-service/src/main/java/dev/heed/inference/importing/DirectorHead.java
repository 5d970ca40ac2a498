package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.List;
import java.util.Map;

/**
 * Where a Director (Arora et al., arXiv 2206.07694) guides the next token: a second head over the
 * states that the first one reads says of each token whether it is of a good reply. With its score
 * x of a token, the token's logit gets {@code strength * log s(x)}, s the logistic function.
 *
 * <p>Few tokens have a row of their own; of all others it says c, the score that the shared row
 * gives. What is added to all logits alike changes no probability, so only the tokens with a row
 * are touched, by {@code strength * (log s(x) - log s(c))}, and a head without rows is none.
 */
final class DirectorHead {

  /** [1, n]: the tokens, as floats. */
  static final String TOKENS = "director.tokens";

  /** [hidden, n]: a column for each token. */
  static final String WEIGHT = "director.weight";

  /** [1, n]. */
  static final String BIAS = "director.bias";

  /** [hidden, 1]: what says c. */
  static final String SHARED = "director.shared";

  /** [1, 1]. */
  static final String STRENGTH = "director.strength";

  /** Inputs that are the same in every basis. */
  static final List<String> UNTURNED = List.of(TOKENS, BIAS, STRENGTH);

  /** Inputs whose columns read the states. */
  static final List<String> TURNED = List.of(WEIGHT, SHARED);

  private final OnnxGraph graph;

  private DirectorHead(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * Adds the head to a graph.
   *
   * @param states [batch, 1, hidden] in 32-bit floats
   * @param before the logits [batch, 1, vocabulary]
   * @param after what they are called once they are guided
   */
  static void open(OnnxGraph graph, String states, int hidden, String before, String after) {
    graph.input(TOKENS, DataType.FLOAT_VALUE, 1, TOKENS + ".count");
    graph.input(WEIGHT, DataType.FLOAT_VALUE, hidden, WEIGHT + ".count");
    graph.input(BIAS, DataType.FLOAT_VALUE, 1, BIAS + ".count");
    graph.input(SHARED, DataType.FLOAT_VALUE, hidden, 1);
    graph.input(STRENGTH, DataType.FLOAT_VALUE, 1, 1);
    graph.floats(TOKENS, new float[0], 1, 0);
    graph.floats(WEIGHT, new float[0], hidden, 0);
    graph.floats(BIAS, new float[0], 1, 0);
    graph.floats(SHARED, new float[hidden], hidden, 1);
    graph.floats(STRENGTH, new float[1], 1, 1);
    new DirectorHead(graph).guide(states, before, after);
  }

  private void guide(String states, String before, String after) {
    String product = node("MatMul", "director.product", states, WEIGHT);
    String own = unlikely(node("Add", "director.own", product, BIAS));
    String common = unlikely(node("MatMul", "director.common", states, SHARED));
    // -log s(c) + log s(x)
    String odds = node("Sub", "director.odds", common, own);
    String gain = node("Mul", "director.gain", odds, STRENGTH);
    Map<String, Object> whole = Map.of("to", DataType.INT64_VALUE);
    graph.node("director.ids", "Cast", List.of(TOKENS), List.of("director.ids"), whole);
    String each =
        node("Expand", "director.each", "director.ids", node("Shape", "director.shape", gain));
    graph.node(
        "director.logits",
        "ScatterElements",
        List.of(before, each, gain),
        List.of(after),
        Map.of("axis", -1, "reduction", "add"));
  }

  /** -log s(score) = log(1 + exp(-score)). */
  private String unlikely(String score) {
    return node("Softplus", score + ".unlikely", node("Neg", score + ".negative", score));
  }

  private String node(String operator, String name, String... inputs) {
    graph.node(name, operator, List.of(inputs), List.of(name), Map.of());
    return name;
  }
}
