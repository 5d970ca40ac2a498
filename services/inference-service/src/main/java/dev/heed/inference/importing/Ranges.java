package dev.heed.inference.importing;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The largest magnitude of each channel of some of a graph's tensors, measured on text.
 *
 * @param largest by the tensor's name
 */
record Ranges(Map<String, float[]> largest) {

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
    float[] activations = find(tensor);
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
   * The channels that are still the largest after smoothing.
   *
   * @param count how many
   * @return their numbers, ascending
   */
  int[] widest(String tensor, float[] divisors, int count) {
    float[] values = find(tensor);
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -values[i] / divisors[i]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /** Steps of signed 8-bit codes that reach each channel's largest value, and half of it more. */
  float[] steps(String tensor) {
    float[] values = find(tensor);
    float[] steps = new float[values.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (float) Math.max(values[i], LEAST) * HEADROOM / STEPS;
    }
    return steps;
  }

  private float[] find(String tensor) {
    float[] values = largest.get(tensor);
    if (values == null) {
      throw new IllegalStateException("nothing was measured of " + tensor);
    }
    return values;
  }
}
