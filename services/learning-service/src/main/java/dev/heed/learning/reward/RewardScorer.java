package dev.heed.learning.reward;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.heed.learning.dataset.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Rates replies by a reward model as a trainer leaves it, in the way in which inference-service
 * will: {@code reward.onnx}, {@code tokenizer.json} and a manifest that says how tokens are laid
 * out.
 */
public final class RewardScorer implements AutoCloseable {

  static final String P_GOOD = "p_good";

  private final TokenGraph graph;
  private final RewardTokens tokens;

  /**
   * @param folder of the model
   * @throws IOException when it is no reward model that this version can rate with
   */
  public RewardScorer(Path folder) throws IOException {
    JsonNode manifest = new JsonMapper().readTree(folder.resolve("manifest.json").toFile());
    JsonNode inputs = manifest.path("inputs");
    if (!inputs.has(TokenGraph.IDS)) {
      throw new IOException("the reward model has inputs that are not known here");
    }
    tokens = new RewardTokens(Files.readAllBytes(folder.resolve("tokenizer.json")), inputs);
    try {
      graph = new TokenGraph(Files.readAllBytes(folder.resolve("reward.onnx")), 1);
    } catch (IllegalArgumentException e) {
      tokens.close();
      throw new IOException("the reward model cannot be loaded", e);
    }
  }

  /**
   * P(the reply is good), (0, 1).
   *
   * @param context oldest first, ends with the turn that is answered; not empty
   */
  public double score(List<Row.Said> context, String reply) {
    try {
      return ((float[]) graph.run(tokens.ids(context, reply)))[0];
    } catch (OrtException e) {
      throw new IllegalStateException("the reward model failed", e);
    }
  }

  @Override
  public void close() {
    tokens.close();
    graph.close();
  }
}
