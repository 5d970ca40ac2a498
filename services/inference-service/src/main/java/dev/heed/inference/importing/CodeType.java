package dev.heed.inference.importing;

import java.util.Locale;

/** How the weights of dynamic layers are written: codes of one byte, right on every processor. */
public enum CodeType {
  /** x86 without VNNI widens each byte before it multiplies: a little finer, and slow. */
  UINT8,
  /**
   * Signed, and the codes of two neighbours on one side of zero add up to 128 at most, so that two
   * products, 255 * 128, fit into the 16 bits in which AVX2 adds them.
   */
  PAIRED;

  /** What two neighbours on one side of zero may add up to: 255 * 128 is less than 2^15. */
  static final int PAIR = 128;

  boolean signed() {
    return this == PAIRED;
  }

  /** As options and cards say it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
