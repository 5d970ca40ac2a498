package dev.heed.chat.identity;

import dev.heed.chat.config.IdentityConfig;
import dev.heed.chat.http.Problem;
import dev.heed.schemas.identity.Callers;
import dev.heed.schemas.identity.Identity;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whose request it is: an API key's holder or user, or a session; strangers get a
 * session.
 */
@Startup
@ApplicationScoped
public class People {

  private final Identity identity;
  private final Callers callers;

  /**
   * Who sent a request.
   *
   * @param newSession the cookie to set; empty when the person had a key or a session
   */
  public record Person(String pseudonym, Optional<String> newSession) {}

  People(IdentityConfig config) {
    identity = Identity.by(config.secret(), config.keyVersion());
    callers = new Callers(identity, config.apiKeys().orElse(List.of()));
  }

  /**
   * The person behind a request.
   *
   * @param user the name an API key's holder gives their user; sessions ignore it
   * @throws Problem 401 when a key is given that is not taken
   */
  public Person of(Optional<String> authorization, Optional<String> cookie, Optional<String> user) {
    Optional<String> known = callers.pseudonym(authorization, cookie, user);
    if (known.isEmpty() && Callers.hasKey(authorization)) {
      throw Problem.unauthorized();
    }
    return known
        .map(pseudonym -> new Person(pseudonym, Optional.empty()))
        .orElseGet(this::stranger);
  }

  private Person stranger() {
    String session = identity.newSession();
    String subject = identity.sessionSubject(session).orElseThrow();
    return new Person(identity.pseudonym(subject), Optional.of(session));
  }
}
