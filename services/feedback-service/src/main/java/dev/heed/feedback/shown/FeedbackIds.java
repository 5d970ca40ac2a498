package dev.heed.feedback.shown;

import dev.heed.feedback.config.IdentityConfig;
import dev.heed.schemas.Uuid7;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Ids of feedback. With an idempotency key the id is a UUIDv7 whose 74 free bits are an HMAC of
 * person and key, and whose time is that of the reply: any replica, before and after a restart,
 * gives the same one. The free bits alone tell whether a key was used before, for another reply
 * too.
 */
@ApplicationScoped
public class FeedbackIds {

  private static final long RANDOM_HIGH = 0x0fffL;
  private static final long TIME_AND_VERSION = ~RANDOM_HIGH;
  private static final long RANDOM_LOW = 0x3fff_ffff_ffff_ffffL;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final int TAG_START = 15;

  private final SecretKeySpec secret;

  FeedbackIds(IdentityConfig config) {
    this.secret =
        new SecretKeySpec(
            config.secret().orElseThrow().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  /** An id that nobody had before. */
  public String fresh() {
    return Uuid7.randomString();
  }

  /**
   * The id of what a person sends under a key.
   *
   * @param relatedId a UUIDv7 that the request names; lends its time
   */
  public String keyed(String pseudonym, String key, String relatedId) {
    ByteBuffer mac = ByteBuffer.wrap(hmac("feedback:" + pseudonym + ":" + key));
    long high = UUID.fromString(relatedId).getMostSignificantBits() & TIME_AND_VERSION;
    return new UUID(high | (mac.getLong() & RANDOM_HIGH), (mac.getLong() & RANDOM_LOW) | VARIANT)
        .toString();
  }

  /** The part of an id that does not depend on the time in it. */
  static String tag(String feedbackId) {
    return feedbackId.substring(TAG_START);
  }

  private byte[] hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
