package dev.heed.learning.rollout;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Who is served by a canary: the same people as long as it lasts, others for the next one. */
public final class Stickiness {

  private static final int PARTS = 10_000;

  private Stickiness() {}

  /**
   * True for the share of people that the canary serves.
   *
   * @param share [0, 1]
   */
  public static boolean serves(String releaseId, String pseudonym, double share) {
    long hash = ByteBuffer.wrap(hash(releaseId + ":" + pseudonym)).getLong();
    return Long.remainderUnsigned(hash, PARTS) < share * PARTS;
  }

  /** 64 bits that stand for a person within one canary. */
  static long token(String releaseId, String pseudonym) {
    return ByteBuffer.wrap(hash("seen:" + releaseId + ":" + pseudonym)).getLong();
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
