package dev.heed.safety.classifier;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.heed.safety.screening.Rater;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.RatingException;
import dev.heed.safety.screening.Subject;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fine-tuned encoder, run by ONNX Runtime on the calling thread. A text's score is the highest
 * of its windows. Safe for several threads.
 */
final class OnnxClassifier implements Rater, AutoCloseable {

  private final ClassifierSpec spec;
  private final InputEncoder encoder;
  private final OrtEnvironment environment;
  private final OrtSession session;

  /**
   * @param folder holds model.onnx and tokenizer.json, whose checksums were compared
   */
  OnnxClassifier(ClassifierSpec spec, Path folder) throws IOException, OrtException {
    this.spec = spec;
    this.environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setMemoryPatternOptimization(false);
      this.session = environment.createSession(folder.resolve("model.onnx").toString(), options);
    }
    this.encoder = new InputEncoder(spec, folder.resolve("tokenizer.json"));
    // One run now: a network of another shape must fail at start and not on a person's text.
    rate(new Subject(List.of(), "hello", dev.heed.safety.screening.Role.USER));
  }

  @Override
  public Rating rate(Subject subject) {
    return rate(List.of(subject)).getFirst();
  }

  /** Rates several texts in one run; rows of one batch change each other's scores a little. */
  List<Rating> rate(List<Subject> subjects) {
    int[] owners = new int[subjects.size() + 1];
    List<InputEncoder.Window> windows = new java.util.ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      windows.addAll(encoder.encode(subjects.get(i)));
      owners[i + 1] = windows.size();
    }
    float[][] logits = subjects.size() == 1 ? one(windows) : run(windows);
    Rating[] ratings = new Rating[subjects.size()];
    for (int i = 0; i < ratings.length; i++) {
      ratings[i] = rating(Arrays.copyOfRange(logits, owners[i], owners[i + 1]), subjects.get(i));
    }
    return List.of(ratings);
  }

  /** The windows of one text one by one: a batch saves nothing on a CPU and blurs the scores. */
  private float[][] one(List<InputEncoder.Window> windows) {
    float[][] logits = new float[windows.size()][];
    for (int i = 0; i < logits.length; i++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new RatingException(RatingException.Cause.DEADLINE);
      }
      logits[i] = run(List.of(windows.get(i)))[0];
    }
    return logits;
  }

  private Rating rating(float[][] logits, Subject subject) {
    if (logits.length == 0) {
      return Rating.NOTHING;
    }
    String role = subject.role().label();
    Map<String, Double> scores = new HashMap<>();
    for (ClassifierSpec.Head head : spec.heads()) {
      if (head.roles().contains(role)) {
        for (float[] row : logits) {
          // Math.max keeps a NaN, and Rating refuses it.
          scores.merge(head.name(), head.score(row[head.output()]), Math::max);
        }
      }
    }
    double unsafe = 0;
    for (String name : spec.unsafe().get(role)) {
      unsafe = Math.max(unsafe, scores.getOrDefault(name, 0.0));
    }
    return new Rating(unsafe, scores);
  }

  private float[][] run(List<InputEncoder.Window> windows) {
    if (windows.isEmpty()) {
      return new float[0][];
    }
    int rows = windows.size();
    int length = windows.stream().mapToInt(window -> window.ids().length).max().orElseThrow();
    long[] ids = new long[rows * length];
    long[] mask = new long[rows * length];
    long[] types = new long[rows * length];
    for (int row = 0; row < rows; row++) {
      InputEncoder.Window window = windows.get(row);
      int from = row * length;
      int to = from + window.ids().length;
      System.arraycopy(window.ids(), 0, ids, from, window.ids().length);
      Arrays.fill(mask, from, to, 1);
      Arrays.fill(types, from + window.textFrom(), to, 1);
    }
    return run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types), rows);
  }

  private float[][] run(Map<String, long[]> values, int rows) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (String name : session.getInputNames()) {
        long[] data = values.get(name);
        if (data == null) {
          throw new IllegalStateException("the network wants an unknown input");
        }
        long[] shape = {rows, data.length / rows};
        inputs.put(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(data), shape));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        float[][] logits = (float[][]) result.get("logits").orElseThrow().getValue();
        if (logits.length != rows || logits[0].length < spec.outputs()) {
          throw new IllegalStateException("the network's output has another shape");
        }
        return logits;
      }
    } catch (OrtException e) {
      throw new RatingException(RatingException.Cause.ERROR, e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
    encoder.close();
  }
}
