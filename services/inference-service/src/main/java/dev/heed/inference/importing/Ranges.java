package dev.heed.inference.importing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * What was measured on text; outside the heap, since Gram matrices are as many as the weights.
 *
 * @param sums of tensors of a graph by name, floats: of each channel the largest magnitude, or Gram
 *     matrices block after block
 */
record Ranges(Map<String, MemorySegment> sums) {

  private static final double LEAST = 1e-5;
  private static final float STEPS = 127;

  /** What was not in the text may be larger: a value beyond the last step is cut. */
  private static final float HEADROOM = 1.25f;

  /**
   * Steps of signed 8-bit codes that reach each channel's largest value, and a quarter of it more.
   */
  float[] steps(String tensor) {
    float[] values = find(tensor).toArray(ValueLayout.JAVA_FLOAT);
    float[] steps = new float[values.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (float) Math.max(values[i], LEAST) * HEADROOM / STEPS;
    }
    return steps;
  }

  /** How a matrix is rounded that reads this tensor of so many channels. */
  Gptq rounding(String tensor, int width) {
    MemorySegment grams = find(tensor);
    long bytes = (long) Gptq.block(width) * Gptq.block(width) * Float.BYTES;
    return Gptq.of(
        width, block -> grams.asSlice(block * bytes, bytes).toArray(ValueLayout.JAVA_FLOAT));
  }

  private MemorySegment find(String tensor) {
    MemorySegment values = sums.get(tensor);
    if (values == null) {
      throw new IllegalStateException("nothing was measured of " + tensor);
    }
    return values;
  }
}
