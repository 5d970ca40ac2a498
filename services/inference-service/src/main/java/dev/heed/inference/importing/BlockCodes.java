package dev.heed.inference.importing;

/**
 * 8-bit codes in blocks along a row, as MatMulNBits and GatherBlockQuantized read them: value =
 * (code - 128) * scale, one scale per block.
 */
final class BlockCodes {

  /** Values that share a scale. */
  static final int BLOCK = 32;

  private static final int ZERO = 128;

  private BlockCodes() {}

  /**
   * Encodes a row of whole blocks.
   *
   * @param codes receives one byte per value from {@code codesAt} on
   * @param scales receives one scale per block from {@code scalesAt} on
   */
  static void encode(
      float[] row, int count, byte[] codes, int codesAt, float[] scales, int scalesAt) {
    for (int block = 0; block < count / BLOCK; block++) {
      int from = block * BLOCK;
      float largest = 0;
      for (int i = from; i < from + BLOCK; i++) {
        largest = Math.max(largest, Math.abs(row[i]));
      }
      float scale = largest == 0 ? 1 : largest / 127;
      scales[scalesAt + block] = scale;
      for (int i = from; i < from + BLOCK; i++) {
        codes[codesAt + i] = Codes.clip(Math.rint(row[i] / scale) + ZERO);
      }
    }
  }
}
