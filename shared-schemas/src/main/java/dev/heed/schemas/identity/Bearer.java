package dev.heed.schemas.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Optional;

/** Tokens of RFC 6750. */
final class Bearer {

  private static final String SCHEME = "bearer ";

  private Bearer() {}

  /** The token of an Authorization header; empty when there is none. */
  static Optional<String> token(Optional<String> authorization) {
    return authorization
        .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(value -> value.substring(SCHEME.length()).strip())
        .filter(value -> !value.isEmpty());
  }

  /** Whether a token is one of some; how long it takes says nothing about them. */
  static boolean isOneOf(String token, Collection<String> known) {
    byte[] given = token.getBytes(StandardCharsets.UTF_8);
    boolean found = false;
    for (String one : known) {
      found |= MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), given);
    }
    return found;
  }
}
