package dev.heed.trust.flow;

import java.nio.ByteBuffer;

/**
 * How civil a person's own turns are: a Beta posterior of the share of civil turns, whose counts
 * fade by a factor per turn, so that it is a rate of late and never one hit for good.
 *
 * @param civil faded count of civil turns, with the prior
 * @param unsafe faded count of unsafe turns, with the prior
 * @param turns all turns ever screened
 */
record Civility(double civil, double unsafe, long turns) {

  /** Before anything is known: most people are civil. */
  static final Civility UNKNOWN = new Civility(9, 1, 0);

  private static final double FADE = .98;

  Civility after(boolean flagged) {
    double civilNow = UNKNOWN.civil + (civil - UNKNOWN.civil) * FADE + (flagged ? 0 : 1);
    double unsafeNow = UNKNOWN.unsafe + (unsafe - UNKNOWN.unsafe) * FADE + (flagged ? 1 : 0);
    return new Civility(civilNow, unsafeNow, turns + 1);
  }

  double mean() {
    return civil / (civil + unsafe);
  }

  double sd() {
    double n = civil + unsafe;
    return Math.sqrt(civil * unsafe / (n * n * (n + 1)));
  }

  byte[] bytes() {
    return ByteBuffer.allocate(24).putDouble(civil).putDouble(unsafe).putLong(turns).array();
  }

  static Civility of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Civility(buffer.getDouble(), buffer.getDouble(), buffer.getLong());
  }
}
