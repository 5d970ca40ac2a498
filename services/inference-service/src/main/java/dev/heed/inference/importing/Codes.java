package dev.heed.inference.importing;

/** What the 8-bit encodings share. */
final class Codes {

  private static final int LARGEST = 255;

  private Codes() {}

  /** The nearest code that a byte can hold. */
  static byte clip(double code) {
    return (byte) Math.max(0, Math.min(LARGEST, code));
  }
}
