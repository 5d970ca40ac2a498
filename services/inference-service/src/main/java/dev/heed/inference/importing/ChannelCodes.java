package dev.heed.inference.importing;

/**
 * Unsigned 8-bit codes with one scale and zero point per row (an output channel), as
 * DynamicQuantizeMatMul reads them: value = (code - zero) * scale. Unsigned, because signed weights
 * overflow the 16-bit adds of AVX2.
 */
final class ChannelCodes {

  private static final int STEPS = 255;

  private ChannelCodes() {}

  /** A row's scale and zero point. */
  record Range(float scale, int zero) {}

  static Range encode(float[] row, int count, byte[] codes, int codesAt) {
    float least = 0;
    float largest = 0;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, row[i]);
      largest = Math.max(largest, row[i]);
    }
    float scale = largest == least ? 1 : (largest - least) / STEPS;
    int zero = Codes.clip(Math.rint(-least / scale)) & 0xFF;
    for (int i = 0; i < count; i++) {
      codes[codesAt + i] = Codes.clip(Math.rint(row[i] / scale) + zero);
    }
    return new Range(scale, zero);
  }
}
