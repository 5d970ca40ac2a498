package dev.heed.inference.importing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/**
 * The largest magnitude of each channel of some of a graph's tensors, and of some the sum of
 * squares, measured on text.
 *
 * @param measured by the name of the output that shows it, see {@link #largestOf} and {@link
 *     #squaresOf}
 * @param tokens of the text
 */
record Ranges(Map<String, float[]> measured, int tokens) {

  private static final String LARGEST = ".largest";
  private static final String SQUARES = ".squares";

  private static final double LEAST = 1e-5;
  private static final float STEPS = 127;

  /** What was not in the text may be larger: a value beyond the last step is cut. */
  private static final float HEADROOM = 1.5f;

  /**
   * By what each channel of a product's input is divided, and the weights' columns multiplied, so
   * that no channel stands out: max|X|^a / max|W|^(1-a), after Xiao et al. 2023 (SmoothQuant), with
   * a geometric mean of 1.
   *
   * @param tensor the input
   * @param weights all matrices that read it
   * @param balance a: how much of the outliers' size goes to the weights, 0 to 1
   */
  float[] smoothing(String tensor, List<RowSource> weights, double balance) throws GgufException {
    float[] activations = find(largestOf(tensor));
    float[] columns = new float[activations.length];
    for (RowSource source : weights) {
      float[] row = new float[source.columns()];
      for (int r = 0; r < source.rows(); r++) {
        source.read(r, row);
        for (int i = 0; i < columns.length; i++) {
          columns[i] = Math.max(columns[i], Math.abs(row[i]));
        }
      }
    }
    double[] divisors = new double[columns.length];
    double logs = 0;
    for (int i = 0; i < columns.length; i++) {
      divisors[i] =
          Math.pow(Math.max(activations[i], LEAST), balance)
              / Math.pow(Math.max(columns[i], LEAST), 1 - balance);
      logs += Math.log(divisors[i]);
    }
    double mean = Math.exp(logs / columns.length);
    float[] result = new float[columns.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (divisors[i] / mean);
    }
    return result;
  }

  /**
   * How coarse per-tensor 8-bit codes of a smoothed tensor are: its largest value by the root mean
   * square of all its values. A code's step is that ratio's 2/255, so at 60 the rounding error is
   * some 14 % of the usual value.
   *
   * @param divisors of the smoothing
   */
  double coarseness(String tensor, float[] divisors) {
    float[] values = find(largestOf(tensor));
    float[] squares = find(squaresOf(tensor));
    double largest = 0;
    double sum = 0;
    for (int i = 0; i < divisors.length; i++) {
      largest = Math.max(largest, values[i] / divisors[i]);
      sum += squares[i] / ((double) divisors[i] * divisors[i]);
    }
    double meanSquare = sum / ((double) tokens * divisors.length);
    return largest / Math.sqrt(Math.max(meanSquare, LEAST * LEAST));
  }

  int[] widest(String tensor, float[] divisors, int count) {
    float[] values = find(largestOf(tensor));
    return java.util.stream.IntStream.range(0, values.length)
        .boxed()
        .sorted(
            java.util.Comparator.comparingDouble(
                i -> -values[i] / (System.getenv("RAW") != null ? 1 : divisors[i])))
        .limit(count)
        .mapToInt(i -> i)
        .sorted()
        .toArray();
  }

  void forget(String tensor, int[] channels) {
    for (int c : channels) {
      find(largestOf(tensor))[c] = 0;
      find(squaresOf(tensor))[c] = 0;
    }
  }

  /** The output that shows the largest magnitudes of a tensor's channels. */
  static String largestOf(String tensor) {
    return tensor + LARGEST;
  }

  /** The output that shows the sums of squares of a tensor's channels. */
  static String squaresOf(String tensor) {
    return tensor + SQUARES;
  }

  /** Takes what an output shows after one more window into what was measured before. */
  static void join(String output, float[] before, MemorySegment now) {
    boolean sum = output.endsWith(SQUARES);
    for (int i = 0; i < before.length; i++) {
      float value = now.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      before[i] = sum ? before[i] + value : Math.max(before[i], value);
    }
  }

  /** Steps of signed 8-bit codes that reach each channel's largest value, and half of it more. */
  float[] steps(String tensor) {
    float[] values = find(largestOf(tensor));
    float[] steps = new float[values.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (float) Math.max(values[i], LEAST) * HEADROOM / STEPS;
    }
    return steps;
  }

  private float[] find(String output) {
    float[] values = measured.get(output);
    if (values == null) {
      throw new IllegalStateException("nothing was measured: " + output);
    }
    return values;
  }
}
