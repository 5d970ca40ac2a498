package dev.heed.inference.importing;

/**
 * Codes with one scale and zero point per row (an output channel), as DynamicQuantizeMatMul reads
 * them: value = (code - zero) * scale.
 */
final class ChannelCodes {

  private ChannelCodes() {}

  /** A row's scale and zero point, the offset taken off. */
  record Range(float scale, byte zero) {}

  static Range encode(float[] row, int count, CodeType type, byte[] codes, int codesAt) {
    float least = 0;
    float largest = 0;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, row[i]);
      largest = Math.max(largest, row[i]);
    }
    float scale = largest == least ? 1 : (largest - least) / type.steps();
    int zero = (int) clip(Math.rint(-least / scale), type);
    for (int i = 0; i < count; i++) {
      codes[codesAt + i] = (byte) (clip(Math.rint(row[i] / scale) + zero, type) - type.offset());
    }
    return new Range(scale, (byte) (zero - type.offset()));
  }

  private static double clip(double code, CodeType type) {
    return Math.max(0, Math.min(type.steps(), code));
  }
}
