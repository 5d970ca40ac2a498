package dev.heed.inference.importing;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.FutureTask;

/** Runs an imported model through ONNX Runtime's own Java API, keeping its cache. */
final class OnnxDecoder implements AutoCloseable {

  /** ONNX Runtime walks a graph recursively when it loads it; the JVM's default is too little. */
  private static final long STACK_BYTES = 64L << 20;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> cache = new HashMap<>();
  private OrtSession.Result previous;
  private int length;

  /** The logits after each of these parts of a sequence, on a thread with the stack it needs. */
  static float[][] run(Path folder, int[]... parts) throws Exception {
    FutureTask<float[][]> task =
        new FutureTask<>(
            () -> {
              try (OnnxDecoder decoder = new OnnxDecoder(folder)) {
                float[][] logits = new float[parts.length][];
                for (int i = 0; i < parts.length; i++) {
                  logits[i] = decoder.append(parts[i]);
                }
                return logits;
              }
            });
    new Thread(null, task, "onnx", STACK_BYTES).start();
    return task.get();
  }

  private OnnxDecoder(Path folder) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(folder.resolve("model.onnx").toString(), options);
    }
    for (var input : session.getInputInfo().entrySet()) {
      if (input.getKey().startsWith("past")) {
        long[] shape = ((TensorInfo) input.getValue().getInfo()).getShape();
        long[] empty = {1, shape[1], 0, shape[3]};
        cache.put(
            input.getKey(), OnnxTensor.createTensor(environment, FloatBuffer.allocate(0), empty));
      }
    }
  }

  /** Appends tokens to what it has seen: the logits after the last. */
  private float[] append(int... tokens) throws OrtException {
    length += tokens.length;
    long[] ids = Arrays.stream(tokens).asLongStream().toArray();
    long[] mask = new long[length];
    Arrays.fill(mask, 1);
    Map<String, OnnxTensor> inputs = new HashMap<>(cache);
    try (OnnxTensor idTensor = vector(ids);
        OnnxTensor maskTensor = vector(mask)) {
      inputs.put("input_ids", idTensor);
      inputs.put("attention_mask", maskTensor);
      OrtSession.Result result = session.run(inputs);
      float[] logits = ((float[][][]) result.get("logits").orElseThrow().getValue())[0][0];
      for (String name : cache.keySet()) {
        String present = name.replace("past_key_values", "present");
        cache.put(name, (OnnxTensor) result.get(present).orElseThrow());
      }
      if (previous != null) {
        previous.close();
      }
      previous = result;
      return logits;
    }
  }

  private OnnxTensor vector(long[] values) throws OrtException {
    return OnnxTensor.createTensor(
        environment, LongBuffer.wrap(values), new long[] {1, values.length});
  }

  @Override
  public void close() throws OrtException {
    if (previous != null) {
      previous.close();
    }
    session.close();
  }
}
