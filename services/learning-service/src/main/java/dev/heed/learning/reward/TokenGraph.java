package dev.heed.learning.reward;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A graph from token ids, asked for one text at a time. */
final class TokenGraph implements AutoCloseable {

  static final String IDS = "input_ids";

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  /**
   * @param threads of one call
   * @throws IllegalArgumentException when it cannot be loaded
   */
  TokenGraph(byte[] graph, int threads) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      session = environment.createSession(graph, options);
    } catch (OrtException e) {
      throw new IllegalArgumentException("the graph cannot be loaded", e);
    }
  }

  /** The outputs' values by name; the first dimension of each is 1. */
  Map<String, Object> run(long[] ids) throws OrtException {
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    try (OnnxTensor id = OnnxTensor.createTensor(environment, new long[][] {ids});
        OnnxTensor attended = OnnxTensor.createTensor(environment, new long[][] {mask});
        OrtSession.Result result = session.run(Map.of(IDS, id, "attention_mask", attended))) {
      Map<String, Object> values = new HashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        values.put(output.getKey(), output.getValue().getValue());
      }
      return values;
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the graph cannot be closed", e);
    }
  }
}
