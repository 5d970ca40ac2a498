package dev.heed.chat.replicas;

import dev.heed.chat.config.IdentityConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What replicas of chat-service show each other: derived from the secret that all of them have, and
 * of no use for anything else.
 */
@ApplicationScoped
public class ReplicaKey {

  /** The header that carries it. */
  public static final String HEADER = "X-Heed-Replica-Key";

  private final String value;

  ReplicaKey(IdentityConfig config) {
    byte[] secret = config.secret().orElseThrow().getBytes(StandardCharsets.UTF_8);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] key = mac.doFinal("chat-service replica key".getBytes(StandardCharsets.UTF_8));
      this.value = HexFormat.of().formatHex(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  String value() {
    return value;
  }

  /** True for a replica's request; takes the same time for every wrong key. */
  boolean opens(String given) {
    return given != null
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
