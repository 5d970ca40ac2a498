package dev.heed.safety.classifier;

import ai.onnxruntime.OrtException;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Times the network with its tokeniser on the calling thread, without cache and threads. */
public final class BatchBench implements AutoCloseable {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 5;

  /** Tokens of a reply at its cuts: a clause is about eight. */
  private static final int[] CUTS = {6, 14, 22, 30, 38, 40};

  private static final String[] WORDS = {
    "the", "river", "was", "calm", "that", "day", "and", "we", "took", "our", "boat", "out"
  };

  /**
   * One row of the measurement.
   *
   * @param tokens of each text, words of one token each
   * @param p50Millis of one run of the whole batch
   * @param p95Millis of one run of the whole batch
   * @param processorMillis of the thread in one run, the median: what other programs do counts less
   */
  public record Result(
      int tokens,
      int batch,
      int runs,
      double p50Millis,
      double p95Millis,
      double processorMillis,
      double textsPerSecond) {}

  private final ClassifierSpec spec;
  private final OnnxClassifier classifier;

  private BatchBench(ClassifierSpec spec, OnnxClassifier classifier) {
    this.spec = spec;
    this.classifier = classifier;
  }

  /**
   * Opens a classifier folder.
   *
   * @throws RuntimeException saying which file is wrong and how
   */
  public static BatchBench open(Path folder) {
    ClassifierSpec spec = Classifiers.read(folder);
    return new BatchBench(spec, Classifiers.load(spec, folder));
  }

  /** The version of the weights. */
  public String version() {
    return spec.version();
  }

  /** Times runs of a batch of texts of so many tokens. */
  public Result measure(int tokens, int batch, int runs) {
    double[] millis = new double[runs];
    double[] processor = new double[runs];
    long total = 0;
    for (int run = -WARM_UP; run < runs; run++) {
      List<Subject> subjects = new ArrayList<>();
      for (int i = 0; i < batch; i++) {
        subjects.add(new Subject(List.of(), text(tokens, run + 31 * i), Role.BOT));
      }
      long started = THREADS.getCurrentThreadCpuTime();
      long start = System.nanoTime();
      classifier.rate(subjects);
      long time = System.nanoTime() - start;
      if (run >= 0) {
        millis[run] = time / 1e6;
        processor[run] = (THREADS.getCurrentThreadCpuTime() - started) / 1e6;
        total += time;
      }
    }
    Arrays.sort(millis);
    Arrays.sort(processor);
    return new Result(
        tokens,
        batch,
        runs,
        millis[runs / 2],
        millis[Math.min(runs - 1, runs * 95 / 100)],
        processor[runs / 2],
        batch * runs / (total / 1e9));
  }

  /** A reply as it is screened while it streams: rated anew at every cut. */
  public record Reply(int tokens, int chunks, double processorMillis) {}

  /**
   * Times the screening of a reply of 40 tokens, cut as inference-service cuts prose: six tokens,
   * then clauses. No cut is in the cache.
   */
  public Reply measureReply(int runs) {
    double[] millis = new double[runs];
    for (int run = -WARM_UP; run < runs; run++) {
      List<String> context = List.of(text(15, run));
      long start = THREADS.getCurrentThreadCpuTime();
      for (int cut : CUTS) {
        classifier.rate(new Subject(context, text(cut + 5, run), Role.BOT));
      }
      if (run >= 0) {
        millis[run] = (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
      }
    }
    Arrays.sort(millis);
    return new Reply(CUTS[CUTS.length - 1], CUTS.length, millis[runs / 2]);
  }

  /** Role, colon and the three special tokens take five. */
  private static String text(int tokens, int seed) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < tokens - 5; i++) {
      text.append(WORDS[Math.floorMod(seed + i * 7, WORDS.length)]).append(' ');
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      classifier.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime did not let go of the network", e);
    }
  }
}
