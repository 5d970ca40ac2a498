package dev.heed.inference.importing;

/**
 * Codes with one scale and zero point per row (an output channel), as DynamicQuantizeMatMul reads
 * them: value = (code - zero) * scale.
 */
final class ChannelCodes {

  private ChannelCodes() {}

  /** A row's scale and zero point. */
  record Range(float scale, byte zero) {}

  /** The values that a row's codes can have. */
  interface Grid {

    /**
     * The code of a column.
     *
     * @param row from that column on the values that are still to be encoded
     * @param codes those of the columns before
     */
    byte code(float[] row, int column, byte[] codes, int codesAt);

    float value(byte code);

    Range range();
  }

  /** Of the codes of any type, over a row's values. */
  static Grid grid(float[] row, int count, CodeType type) {
    return type == CodeType.PAIRED ? PairedGrid.of(row, count) : UnsignedGrid.of(row, count);
  }

  static Range encode(float[] row, int count, CodeType type, byte[] codes, int codesAt) {
    Grid grid = grid(row, count, type);
    for (int i = 0; i < count; i++) {
      codes[codesAt + i] = grid.code(row, i, codes, codesAt);
    }
    return grid.range();
  }

  /** From a row's least value to its largest; each code is chosen for itself. */
  private record UnsignedGrid(float scale, int zero) implements Grid {

    private static final int STEPS = 255;

    static UnsignedGrid of(float[] row, int count) {
      float least = 0;
      float largest = 0;
      for (int i = 0; i < count; i++) {
        least = Math.min(least, row[i]);
        largest = Math.max(largest, row[i]);
      }
      float scale = largest == least ? 1 : (largest - least) / STEPS;
      return new UnsignedGrid(scale, Byte.toUnsignedInt(Codes.clip(Math.rint(-least / scale))));
    }

    @Override
    public byte code(float[] row, int column, byte[] codes, int codesAt) {
      return Codes.clip(Math.rint(row[column] / scale) + zero);
    }

    @Override
    public float value(byte code) {
      return (Byte.toUnsignedInt(code) - zero) * scale;
    }

    @Override
    public Range range() {
      return new Range(scale, (byte) zero);
    }
  }
}
