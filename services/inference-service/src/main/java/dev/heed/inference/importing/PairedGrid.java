package dev.heed.inference.importing;

/**
 * The grid of {@link CodeType#PAIRED}: the finest at which every pair of a row has room. Rounding
 * that knows the inputs moves values; where two have too little room then, both give way by the
 * same. Zero is zero.
 *
 * @param scale of a step
 */
record PairedGrid(float scale) implements ChannelCodes.Grid {

  private static final int LARGEST = 127;

  static PairedGrid of(float[] row, int count) {
    float largest = 0;
    float pair = 0;
    for (int i = 0; i < count; i += 2) {
      float first = row[i];
      float second = i + 1 < count ? row[i + 1] : 0;
      largest = Math.max(largest, Math.max(Math.abs(first), Math.abs(second)));
      if (first * second > 0) {
        pair = Math.max(pair, Math.abs(first + second));
      }
    }
    float scale = Math.max(largest / LARGEST, pair / CodeType.PAIR);
    return new PairedGrid(scale == 0 ? 1 : scale);
  }

  @Override
  public byte code(float[] row, int column, byte[] codes, int codesAt) {
    float code = row[column] / scale;
    if ((column & 1) == 1) {
      return second(code, codes[codesAt + column - 1]);
    }
    return first(code, column + 1 < row.length ? row[column + 1] / scale : 0);
  }

  /** Leaves half of what is too much to the second. */
  private static byte first(float code, float next) {
    float tooMuch = code * next > 0 ? Math.abs(code + next) - CodeType.PAIR : 0;
    return nearest(tooMuch > 0 ? code - Math.signum(code) * tooMuch / 2 : code, -LARGEST, LARGEST);
  }

  private static byte second(float code, int first) {
    int least = first < 0 ? -CodeType.PAIR - first : -LARGEST;
    int largest = first > 0 ? CodeType.PAIR - first : LARGEST;
    return nearest(code, Math.max(least, -LARGEST), Math.min(largest, LARGEST));
  }

  private static byte nearest(float code, int least, int largest) {
    return (byte) Math.clamp(Math.rint(code), least, largest);
  }

  @Override
  public float value(byte code) {
    return code * scale;
  }

  @Override
  public ChannelCodes.Range range() {
    return new ChannelCodes.Range(scale, (byte) 0);
  }
}
