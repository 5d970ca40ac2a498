package dev.heed.inference.importing;

import java.util.Locale;

/** How the weights of dynamic layers are written: codes of one byte, {@code code - offset}. */
public enum CodeType {
  /** Right on every processor; x86 without VNNI widens each byte before it multiplies. */
  UINT8(255, 0),
  /** For VNNI, AMX and Arm. AVX2 alone adds two products in 16 bits, which overflow with these. */
  INT8(255, 128),
  /**
   * Half as many steps, so that two products, 2 * 255 * 64, fit into the 16 bits of AVX2; right on
   * every processor.
   */
  INT7(127, 64);

  private final int steps;
  private final int offset;

  CodeType(int steps, int offset) {
    this.steps = steps;
    this.offset = offset;
  }

  /** The largest code before the offset is taken off; the least is 0. */
  int steps() {
    return steps;
  }

  /** What is taken off each code and zero point. */
  int offset() {
    return offset;
  }

  boolean signed() {
    return offset > 0;
  }

  /** As options and cards say it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
