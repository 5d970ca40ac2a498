package dev.heed.inference.importing;

import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * The cosines and sines of the rotary embedding (Su et al., 2021): position p turns pair i by p /
 * (factor_i * scale * base^(2i/d)); factors are Llama 3's, scale is linear position scaling.
 */
final class RotaryTable {

  private final double[] frequencies;
  private final int positions;

  RotaryTable(LlamaShape shape, Optional<float[]> factors, int positions) {
    this.positions = positions;
    this.frequencies = new double[shape.rotary() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double divisor = Math.pow(shape.ropeBase(), 2.0 * i / shape.rotary()) * shape.ropeFactor();
      int index = i;
      frequencies[i] = 1 / (divisor * factors.map(f -> (double) f[index]).orElse(1.0));
    }
  }

  int positions() {
    return positions;
  }

  int pairs() {
    return frequencies.length;
  }

  void cosines(int position, float[] target) {
    fill(position, target, Math::cos);
  }

  void sines(int position, float[] target) {
    fill(position, target, Math::sin);
  }

  private void fill(int position, float[] target, DoubleUnaryOperator function) {
    for (int i = 0; i < frequencies.length; i++) {
      target[i] = (float) function.applyAsDouble(position * frequencies[i]);
    }
  }
}
