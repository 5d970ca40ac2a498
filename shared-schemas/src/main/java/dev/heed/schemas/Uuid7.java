package dev.heed.schemas;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Time-ordered ids: UUID version 7 of RFC 9562, 48 bits of Unix milliseconds and 74 random bits.
 */
public final class Uuid7 {

  private static final SecureRandom RANDOM = new SecureRandom();

  private Uuid7() {}

  /** A new id of now. */
  public static UUID random() {
    return at(System.currentTimeMillis());
  }

  /** A new id, as text of 36 characters. */
  public static String randomString() {
    return random().toString();
  }

  /** A new id of a given moment, in milliseconds since 1970. */
  static UUID at(long millis) {
    long high = (millis << 16) | 0x7000L | (RANDOM.nextLong() & 0x0fffL);
    long low = (RANDOM.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** True when the text is a UUID of version 7 in the canonical form of 36 characters. */
  public static boolean isValid(String text) {
    if (text.length() != 36) {
      return false;
    }
    try {
      UUID id = UUID.fromString(text);
      return id.version() == 7 && id.variant() == 2 && id.toString().equalsIgnoreCase(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
