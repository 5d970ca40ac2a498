package dev.heed.inference.importing;

/**
 * Codes with one scale and zero point per row (an output channel), as DynamicQuantizeMatMul reads
 * them: value = (code - zero) * scale.
 */
final class ChannelCodes {

  private ChannelCodes() {}

  /** A row's scale and zero point, the offset taken off. */
  record Range(float scale, byte zero) {}

  /** The values that a row's codes can have. */
  record Grid(float scale, int zero, CodeType type) {

    /** The nearest code, before the offset is taken off. */
    int code(float value) {
      return (int) clip(Math.rint(value / scale) + zero, type);
    }

    float value(int code) {
      return (code - zero) * scale;
    }

    Range range() {
      return new Range(scale, (byte) (zero - type.offset()));
    }
  }

  /** From a row's least value to its largest. */
  static Grid grid(float[] row, int count, CodeType type) {
    float least = 0;
    float largest = 0;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, row[i]);
      largest = Math.max(largest, row[i]);
    }
    float scale = largest == least ? 1 : (largest - least) / type.steps();
    return new Grid(scale, (int) clip(Math.rint(-least / scale), type), type);
  }

  static Range encode(float[] row, int count, CodeType type, byte[] codes, int codesAt) {
    Grid grid = grid(row, count, type);
    for (int i = 0; i < count; i++) {
      codes[codesAt + i] = (byte) (grid.code(row[i]) - type.offset());
    }
    return grid.range();
  }

  private static double clip(double code, CodeType type) {
    return Math.max(0, Math.min(type.steps(), code));
  }
}
