package dev.heed.learning.deidentify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names of people and things inside one data set: HMAC-SHA256 under a key that belongs to this data
 * set alone. They cannot be joined with topics, logs or another data set, and carry no time.
 */
public final class DatasetIds {

  private static final int LENGTH = 22;

  private final SecretKeySpec key;

  /**
   * @param key the data set's own key
   */
  public DatasetIds(byte[] key) {
    this.key = new SecretKeySpec(key, "HmacSHA256");
  }

  /** The name of a person. */
  public String person(String pseudonym) {
    return hash("p", pseudonym);
  }

  /** The name of a conversation. */
  public String conversation(String id) {
    return hash("c", id);
  }

  /** The name of a user's turn. */
  public String turn(String id) {
    return hash("t", id);
  }

  /** The name of a reply. */
  public String reply(String id) {
    return hash("r", id);
  }

  /** The name of a piece of feedback. */
  public String feedback(String id) {
    return hash("f", id);
  }

  private String hash(String kind, String value) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      byte[] hash = mac.doFinal((kind + ":" + value).getBytes(StandardCharsets.UTF_8));
      return kind + "_" + Base64.getUrlEncoder().encodeToString(hash).substring(0, LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
