package dev.heed.chat.identity;

import dev.heed.chat.config.IdentityConfig;
import dev.heed.chat.http.Problem;
import dev.heed.schemas.identity.Identity;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whose request it is: an API key's holder or user, or a session; strangers get a
 * session.
 */
@Startup
@ApplicationScoped
public class People {

  private static final String BEARER = "bearer ";

  private final Identity identity;
  private final List<String> apiKeys;

  /**
   * Who sent a request.
   *
   * @param newSession the cookie to set; empty when the person had a key or a session
   */
  public record Person(String pseudonym, Optional<String> newSession) {}

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
    identity = new Identity(secret.getBytes(StandardCharsets.UTF_8), config.keyVersion());
    apiKeys = config.apiKeys().orElse(List.of());
  }

  /**
   * The person behind a request.
   *
   * @param user the name an API key's holder gives their user; sessions ignore it
   * @throws Problem 401 when a key is given that is not taken
   */
  public Person of(Optional<String> authorization, Optional<String> cookie, Optional<String> user) {
    Optional<String> key =
        authorization
            .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
            .map(value -> value.substring(BEARER.length()).strip())
            .filter(value -> !value.isEmpty());
    if (key.isPresent()) {
      if (!taken(key.get())) {
        throw Problem.unauthorized();
      }
      String subject = Identity.keySubject(key.get(), user);
      return new Person(identity.pseudonym(subject), Optional.empty());
    }
    return cookie
        .flatMap(identity::sessionSubject)
        .map(subject -> new Person(identity.pseudonym(subject), Optional.empty()))
        .orElseGet(this::stranger);
  }

  private Person stranger() {
    String session = identity.newSession();
    String subject = identity.sessionSubject(session).orElseThrow();
    return new Person(identity.pseudonym(subject), Optional.of(session));
  }

  private boolean taken(String key) {
    byte[] given = key.getBytes(StandardCharsets.UTF_8);
    boolean found = apiKeys.isEmpty();
    for (String known : apiKeys) {
      // No early end: the time taken says nothing about the keys.
      found |= MessageDigest.isEqual(known.getBytes(StandardCharsets.UTF_8), given);
    }
    return found;
  }
}
