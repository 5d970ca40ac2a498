package dev.heed.learning.reward;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.heed.learning.dataset.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Rates replies by a reward model as a trainer leaves it, in the way in which inference-service
 * will: {@code reward.onnx}, {@code tokenizer.json} and a manifest that says how tokens are laid
 * out.
 */
public final class RewardScorer implements AutoCloseable {

  static final String P_GOOD = "p_good";
  static final String P_RUDE = "p_rude";

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
   * What a reply is worth beside others to the same turn: P(good), less P(rude) where the model
   * knows it, (-1, 1).
   *
   * @param context oldest first, ends with the turn that is answered; not empty
   */
  public double worth(List<Row.Said> context, String reply) {
    try {
      Map<String, Object> outputs = graph.run(tokens.ids(context, reply));
      float good = ((float[]) outputs.get(P_GOOD))[0];
      return outputs.containsKey(P_RUDE) ? good - ((float[]) outputs.get(P_RUDE))[0] : good;
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
