package dev.heed.inference.importing;

import java.util.Random;

/**
 * A symmetric orthogonal matrix, so its own inverse, that mixes all channels with each other: D (S
 * x H) D with a Hadamard matrix H (Sylvester) of the largest power of two that divides the width, a
 * sine transform S of the rest, and random signs D, the same for the same width. What stands out in
 * one channel is spread over all, and a step of 8 bits fits all of them (QuaRot, Ashkboos et al.
 * 2024).
 */
final class Rotation {

  private static final long SEED = 20_261_126;

  private final int width;
  private final int power;
  private final boolean[] negative;
  private final double[][] sines;

  Rotation(int width) {
    this.width = width;
    power = Integer.lowestOneBit(width);
    int rest = width / power;
    sines = new double[rest][rest];
    for (int i = 0; i < rest; i++) {
      for (int j = 0; j < rest; j++) {
        double angle = Math.PI * (i + 1) * (j + 1) / (rest + 1);
        sines[i][j] = rest == 1 ? 1 : Math.sqrt(2.0 / (rest + 1)) * Math.sin(angle);
      }
    }
    Random random = new Random(SEED);
    negative = new boolean[width];
    for (int i = 0; i < width; i++) {
      negative[i] = random.nextBoolean();
    }
  }

  /** The one of the largest power of two that divides a width, up to a limit. */
  static Rotation within(int width, int largest) {
    return new Rotation(Math.min(largest, Integer.lowestOneBit(width)));
  }

  int width() {
    return width;
  }

  /** Turns each {@link #width()} of the first values, in place. */
  void apply(float[] values, int count) {
    for (int from = 0; from < count; from += width) {
      turn(values, from);
    }
  }

  private void turn(float[] values, int from) {
    double[] turned = new double[width];
    for (int i = 0; i < width; i++) {
      turned[i] = negative[i] ? -values[from + i] : values[from + i];
    }
    for (int start = 0; start < width; start += power) {
      hadamard(turned, start);
    }
    double scale = 1 / Math.sqrt(power);
    for (int i = 0; i < width; i++) {
      double sum = 0;
      for (int block = 0; block < sines.length; block++) {
        sum += sines[i / power][block] * turned[block * power + i % power];
      }
      values[from + i] = (float) (negative[i] ? -sum * scale : sum * scale);
    }
  }

  /** The fast Walsh-Hadamard transform of {@link #power} values, without its scale. */
  private void hadamard(double[] values, int start) {
    for (int half = 1; half < power; half *= 2) {
      for (int pair = start; pair < start + power; pair += 2 * half) {
        for (int i = pair; i < pair + half; i++) {
          double sum = values[i] + values[i + half];
          values[i + half] = values[i] - values[i + half];
          values[i] = sum;
        }
      }
    }
  }

  /** All of it: [width, width]. */
  float[] matrix() {
    float[] matrix = new float[Math.multiplyExact(width, width)];
    for (int i = 0; i < width; i++) {
      matrix[i * width + i] = 1;
    }
    apply(matrix, matrix.length);
    return matrix;
  }
}
