package dev.heed.schemas.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who a request comes from, without saying who it is: anonymous sessions as signed cookies, and
 * pseudonyms as HMAC-SHA256 of a subject. The mapping exists nowhere else, and raw identity never
 * enters a topic.
 */
public final class Identity {

  /** Name of the session cookie. */
  public static final String COOKIE = "heed_session";

  /** Shortest secret that is taken, in bytes. */
  public static final int MIN_SECRET_BYTES = 32;

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final byte[] secret;
  private final int keyVersion;

  /**
   * @param secret at least {@value #MIN_SECRET_BYTES} bytes, the same in every service
   * @param keyVersion stands in each pseudonym, so that keys can rotate
   */
  public Identity(byte[] secret, int keyVersion) {
    if (secret.length < MIN_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "the identity secret needs at least " + MIN_SECRET_BYTES + " bytes");
    }
    this.secret = secret.clone();
    this.keyVersion = keyVersion;
  }

  /**
   * By the secret that all services are given.
   *
   * @throws IllegalStateException when there is none, with what to do about it
   */
  public static Identity by(Optional<String> secret, int keyVersion) {
    return secret
        .map(value -> new Identity(value.getBytes(StandardCharsets.UTF_8), keyVersion))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "heed.identity.secret is missing: set HEED_SECRET to at least "
                        + MIN_SECRET_BYTES
                        + " characters, the same in every service"));
  }

  /** A new anonymous session, as the cookie's value. */
  public String newSession() {
    byte[] subject = new byte[16];
    RANDOM.nextBytes(subject);
    String name = ENCODER.encodeToString(subject);
    return name + "." + ENCODER.encodeToString(hmac("session:" + name));
  }

  /** The subject of a session cookie; empty when its signature is not ours. */
  public Optional<String> sessionSubject(String cookie) {
    int dot = cookie.indexOf('.');
    if (dot <= 0) {
      return Optional.empty();
    }
    String name = cookie.substring(0, dot);
    byte[] expected = ENCODER.encode(hmac("session:" + name));
    byte[] given = cookie.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(expected, given)
        ? Optional.of("session:" + name)
        : Optional.empty();
  }

  /**
   * The subject of an API key, or of one of the key holder's own users.
   *
   * @param user the holder's name for their user, as in OpenAI's {@code user} field; empty: the
   *     holder
   */
  public static String keySubject(String apiKey, Optional<String> user) {
    return "key:" + apiKey + user.map(name -> "/" + name).orElse("");
  }

  /** The pseudonym of a subject: {@code p<key version>_<22 characters>}. */
  public String pseudonym(String subject) {
    String mac = ENCODER.encodeToString(hmac("pseudonym:" + subject));
    return "p" + keyVersion + "_" + mac.substring(0, 22);
  }

  private byte[] hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
