package dev.heed.learning.reward;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.dataset.Row;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What the built-in reward model knows of a reply in its context: the frozen encoder reads both at
 * once; the mean of the reply's states, its product with the context's number by number, their
 * cosine, and plain counts of the reply's tokens. Nothing here knows what anybody thinks of it.
 */
public final class PairFeatures implements AutoCloseable {

  /** Counted in a reply, beside tokens that the vocabulary does not have. */
  private static final String MARKS = "!?.,:;*-\"()`";

  /** Length of a vector of features. */
  public static final int WIDTH = 2 * MiniLm.WIDTH + 3 + 1 + MARKS.length();

  private static final int CLS = 101;
  private static final int SEP = 102;
  private static final int UNKNOWN = 100;

  private final RewardTokens tokens;
  private final ModelProto graph;
  private final TokenGraph session;

  /**
   * @param threads of one call
   * @throws IOException when the encoder cannot be loaded
   */
  public PairFeatures(int threads) throws IOException {
    tokens = new RewardTokens(MiniLm.tokenizer(), layout());
    long[] counted = new long[1 + MARKS.length()];
    counted[0] = UNKNOWN;
    for (int i = 0; i < MARKS.length(); i++) {
      counted[i + 1] = tokens.single(MARKS.substring(i, i + 1));
    }
    graph = PairGraph.of(SEP, counted);
    session = new TokenGraph(graph.toByteArray(), threads);
  }

  /** How tokens are laid out, as the Python trainer says it too (reward.py). */
  public static ObjectNode layout() {
    ObjectNode layout = new JsonMapper().createObjectNode();
    layout.put("input_ids", "int64 [batch, length]").put("attention_mask", "int64 [batch, length]");
    layout.put("output", "p_good: float32 [batch]").put("cls", CLS).put("sep", SEP);
    return layout.put("context_turns", 3).put("context_tokens", 80).put("reply_tokens", 128);
  }

  /** The features of a reply, {@link #WIDTH} numbers. */
  public float[] of(List<Row.Said> context, String reply) {
    try {
      return ((float[][]) session.run(tokens.ids(context, reply)).get(PairGraph.FEATURES))[0];
    } catch (OrtException e) {
      throw new IllegalStateException("the sentence encoder failed", e);
    }
  }

  /**
   * The graph of a reward model on these features.
   *
   * @param good P(good) of them
   * @param rude P(rude) of them, where that was learnt
   */
  public byte[] graph(RewardModel.Scale scale, RewardModel good, Optional<RewardModel> rude) {
    return RewardGraph.of(graph, scale, good, rude).toByteArray();
  }

  /** The tokenizer that belongs to such a graph, as tokenizer.json. */
  public static byte[] tokenizer() throws IOException {
    return MiniLm.tokenizer();
  }

  @Override
  public void close() {
    tokens.close();
    session.close();
  }
}
