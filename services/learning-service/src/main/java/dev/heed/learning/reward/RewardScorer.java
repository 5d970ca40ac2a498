package dev.heed.learning.reward;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.heed.learning.dataset.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rates replies by a reward model as a trainer leaves it: {@code reward.onnx} and a manifest that
 * says what goes in. Two kinds are known: features of this service's own trainer, and token ids of
 * the Python trainer.
 */
public final class RewardScorer implements AutoCloseable {

  /** Input of models that this service trains itself. */
  static final String FEATURES = "features";

  private static final String IDS = "input_ids";

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final SentenceEncoder encoder;
  private final Optional<RewardTokens> tokens;

  /**
   * @param folder of the model
   * @param encoder stays the caller's
   * @throws IOException when it is no reward model that this version can rate with
   */
  public RewardScorer(Path folder, SentenceEncoder encoder) throws IOException {
    this.encoder = encoder;
    JsonNode manifest = new JsonMapper().readTree(folder.resolve("manifest.json").toFile());
    JsonNode inputs = manifest.path("inputs");
    if (!inputs.has(FEATURES) && !inputs.has(IDS)) {
      throw new IOException("the reward model has inputs that are not known here");
    }
    tokens = inputs.has(IDS) ? Optional.of(new RewardTokens(folder, inputs)) : Optional.empty();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(folder.resolve("reward.onnx").toString(), options);
    } catch (OrtException e) {
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
      return tokens.isPresent()
          ? byTokens(tokens.get().ids(context, reply))
          : byFeatures(context.getLast().text(), reply);
    } catch (OrtException e) {
      throw new IllegalStateException("the reward model failed", e);
    }
  }

  private double byTokens(long[] ids) throws OrtException {
    long[] mask = new long[ids.length];
    java.util.Arrays.fill(mask, 1);
    try (OnnxTensor id = OnnxTensor.createTensor(environment, new long[][] {ids});
        OnnxTensor attended = OnnxTensor.createTensor(environment, new long[][] {mask});
        OrtSession.Result result = session.run(Map.of(IDS, id, "attention_mask", attended))) {
      return ((float[]) result.get(0).getValue())[0];
    }
  }

  private double byFeatures(String asked, String reply) throws OrtException {
    float[] features =
        Features.of(encoder.encode(asked), encoder.encode(reply), reply, Features.UNKNOWN);
    try (OnnxTensor input = OnnxTensor.createTensor(environment, new float[][] {features});
        OrtSession.Result result = session.run(Map.of(FEATURES, input))) {
      return ((float[]) result.get(0).getValue())[0];
    }
  }

  @Override
  public void close() {
    tokens.ifPresent(RewardTokens::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the reward model cannot be closed", e);
    }
  }
}
