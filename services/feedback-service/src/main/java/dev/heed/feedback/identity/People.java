package dev.heed.feedback.identity;

import dev.heed.feedback.config.IdentityConfig;
import dev.heed.feedback.http.Problem;
import dev.heed.schemas.identity.Identity;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Finds the pseudonym of whoever sends a request: an API key's holder or user, or a session. */
@Startup
@ApplicationScoped
public class People {

  private static final String BEARER = "bearer ";

  private final Identity identity;
  private final List<String> apiKeys;

  People(IdentityConfig config) {
    String secret =
        config
            .secret()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "heed.identity.secret is missing: set HEED_SECRET to at least "
                            + Identity.MIN_SECRET_BYTES
                            + " characters, the same in every service"));
    this.identity = new Identity(secret.getBytes(StandardCharsets.UTF_8), config.keyVersion());
    this.apiKeys = config.apiKeys().orElse(List.of());
  }

  /**
   * The pseudonym behind a request.
   *
   * @param user the name an API key's holder gives their user; sessions ignore it
   * @throws Problem 401 when there is neither a key that is taken nor a session of ours
   */
  public String pseudonym(
      Optional<String> authorization, Optional<String> cookie, Optional<String> user) {
    Optional<String> key =
        authorization
            .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
            .map(value -> value.substring(BEARER.length()).strip())
            .filter(value -> !value.isEmpty());
    if (key.isPresent()) {
      return key.filter(this::taken)
          .map(value -> identity.pseudonym(Identity.keySubject(value, user)))
          .orElseThrow(Problem::unauthorized);
    }
    return cookie
        .flatMap(identity::sessionSubject)
        .map(identity::pseudonym)
        .orElseThrow(Problem::unauthorized);
  }

  private boolean taken(String key) {
    if (apiKeys.isEmpty()) {
      return true;
    }
    byte[] given = key.getBytes(StandardCharsets.UTF_8);
    boolean found = false;
    for (String known : apiKeys) {
      // No early end: the time taken says nothing about the keys.
      found |= MessageDigest.isEqual(known.getBytes(StandardCharsets.UTF_8), given);
    }
    return found;
  }
}
