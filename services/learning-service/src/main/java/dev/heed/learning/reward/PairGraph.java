package dev.heed.learning.reward;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The frozen encoder with {@link PairFeatures} made of its states, as one ONNX graph: input_ids and
 * attention_mask, int64 [B, L], to features, float [B, W]. What a reward model knows of a text is
 * in its graph, so whoever serves it needs token ids alone.
 */
final class PairGraph {

  static final String FEATURES = "features";

  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Nodes nodes = new Nodes(graph);

  private PairGraph() {}

  /**
   * The graph.
   *
   * @param sep id that ends the context, and the reply
   * @param counted ids whose number in a reply is a feature each
   */
  static ModelProto of(long sep, long[] counted) throws IOException {
    ModelProto encoder = ModelProto.parseFrom(MiniLm.model());
    GraphProto graph = new PairGraph().around(encoder.getGraph(), sep, counted);
    return encoder.toBuilder().setProducerName("heed").setGraph(graph).build();
  }

  private GraphProto around(GraphProto encoder, long sep, long[] counted) {
    graph.setName("heed-reward").addAllInitializer(encoder.getInitializerList());
    encoder.getInputList().stream()
        .filter(input -> !input.getName().equals(TYPES))
        .forEach(graph::addInput);
    segments(sep);
    graph.addAllNode(encoder.getNodeList());
    List<String> parts = new ArrayList<>(meanings(encoder.getOutput(0).getName()));
    parts.addAll(surface(counted));
    nodes.concat(FEATURES, 1, parts.toArray(String[]::new));
    nodes.output(FEATURES, 2 * MiniLm.WIDTH + 3 + counted.length);
    return graph.build();
  }

  /** The second segment begins after the first separator. */
  private void segments(long sep) {
    nodes.ints("heed.sep", new long[] {sep}, 1);
    nodes.ints("heed.zero", new long[] {0}, 1);
    nodes.ints("heed.length.axis", new long[] {1});
    nodes.toInt("heed.is.sep", nodes.add("Equal", "heed.at.sep", IDS, "heed.sep"));
    nodes.add("CumSum", "heed.seps", "heed.is.sep", "heed.length.axis");
    nodes.add("Sub", "heed.seps.before", "heed.seps", "heed.is.sep");
    nodes.add("Greater", "heed.after", "heed.seps.before", "heed.zero");
    nodes.add("Mul", TYPES, nodes.toInt("heed.second", "heed.after"), MASK);
  }

  /** Vectors of length 1: the reply's, its product with the context's; and their cosine. */
  private List<String> meanings(String states) {
    nodes.floats("heed.least", new double[] {1e-9}, 1);
    String context = vector("heed.context", nodes.add("Sub", "heed.first", MASK, TYPES), states);
    String reply = vector("heed.reply", TYPES, states);
    String product = nodes.add("Mul", "heed.product", context, reply);
    return List.of(reply, product, nodes.reduce("ReduceSum", "heed.cosine", product, 1, true));
  }

  private String vector(String name, String mask, String states) {
    String column = nodes.unsqueeze(name + ".column", nodes.toFloat(name + ".mask", mask), 2);
    String kept = nodes.add("Mul", name + ".kept", states, column);
    String sum = nodes.reduce("ReduceSum", name + ".sum", kept, 1, false);
    String length = nodes.reduce("ReduceL2", name + ".length", sum, 1, true);
    return nodes.add("Div", name, sum, nodes.add("Max", name + ".least", length, "heed.least"));
  }

  /** Logarithm of the reply's tokens, share of distinct ones, logarithms of the counted ones. */
  private List<String> surface(long[] counted) {
    nodes.floats("heed.one", new double[] {1}, 1);
    nodes.ints("heed.counted", counted, counted.length);
    nodes.add("Sub", "heed.text", TYPES, nodes.add("Mul", "heed.last", TYPES, "heed.is.sep"));
    String said = nodes.toFloat("heed.said", "heed.text");
    String tokens = nodes.reduce("ReduceSum", "heed.tokens", said, 1, true);
    String ids = nodes.unsqueeze("heed.ids", IDS, 2);
    String hits = nodes.toFloat("heed.hit", nodes.add("Equal", "heed.hits", ids, "heed.counted"));
    String own = nodes.add("Mul", "heed.own", hits, nodes.unsqueeze("heed.said.column", said, 2));
    String counts = nodes.reduce("ReduceSum", "heed.counts", own, 1, false);
    return List.of(logOfOneMore(tokens), distinct(ids, said, tokens), logOfOneMore(counts));
  }

  /** Each token counts one by how often it was said: the sum is the number of distinct ones. */
  private String distinct(String ids, String said, String tokens) {
    String others = nodes.unsqueeze("heed.others", IDS, 1);
    String same = nodes.toFloat("heed.same", nodes.add("Equal", "heed.equal", ids, others));
    String alike = nodes.add("Mul", "heed.alike", same, nodes.unsqueeze("heed.said.row", said, 1));
    String times = nodes.reduce("ReduceSum", "heed.times", alike, 2, false);
    String least = nodes.add("Max", "heed.times.least", times, "heed.one");
    String share = nodes.add("Div", "heed.share", said, least);
    String number = nodes.reduce("ReduceSum", "heed.number", share, 1, true);
    String all = nodes.add("Max", "heed.tokens.least", tokens, "heed.one");
    return nodes.add("Div", "heed.distinct", number, all);
  }

  private String logOfOneMore(String value) {
    return nodes.add("Log", value + ".log", nodes.add("Add", value + ".more", value, "heed.one"));
  }
}
