package dev.heed.learning.reward;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/**
 * A frozen sentence encoder. A text becomes the mean of its tokens' last states, of length 1
 * (Reimers and Gurevych 2019). Nobody's feedback moves it.
 */
public final class SentenceEncoder implements AutoCloseable {

  /** Length of a text's vector. */
  public static final int WIDTH = MiniLm.WIDTH;

  private static final int MAX_TOKENS = 128;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final HuggingFaceTokenizer tokenizer;

  /**
   * @param threads of one call
   * @throws IllegalStateException when the model cannot be loaded
   */
  public SentenceEncoder(int threads) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      session = environment.createSession(MiniLm.model(), options);
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(MiniLm.tokenizer()),
              Map.of("truncation", "true", "maxLength", "" + MAX_TOKENS));
    } catch (IOException | OrtException e) {
      throw new IllegalStateException("the sentence encoder cannot be loaded", e);
    }
  }

  /** The vector of a text, {@link #WIDTH} numbers of Euclidean length 1. */
  public float[] encode(String text) {
    Encoding encoding = tokenizer.encode(text);
    long[][] ids = {encoding.getIds()};
    long[][] mask = {encoding.getAttentionMask()};
    long[][] types = {encoding.getTypeIds()};
    try (OnnxTensor id = OnnxTensor.createTensor(environment, ids);
        OnnxTensor attended = OnnxTensor.createTensor(environment, mask);
        OnnxTensor type = OnnxTensor.createTensor(environment, types);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", id, "attention_mask", attended, "token_type_ids", type))) {
      return mean(((float[][][]) result.get(0).getValue())[0], mask[0]);
    } catch (OrtException e) {
      throw new IllegalStateException("the sentence encoder failed", e);
    }
  }

  private static float[] mean(float[][] states, long[] mask) {
    float[] sum = new float[WIDTH];
    for (int t = 0; t < states.length; t++) {
      if (mask[t] == 1) {
        for (int i = 0; i < WIDTH; i++) {
          sum[i] += states[t][i];
        }
      }
    }
    double square = 0;
    for (float x : sum) {
      square += (double) x * x;
    }
    double length = Math.max(Math.sqrt(square), 1e-9);
    for (int i = 0; i < WIDTH; i++) {
      sum[i] /= (float) length;
    }
    return sum;
  }

  @Override
  public void close() {
    tokenizer.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the sentence encoder cannot be closed", e);
    }
  }
}
