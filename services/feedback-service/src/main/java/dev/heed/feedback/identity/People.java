package dev.heed.feedback.identity;

import dev.heed.feedback.config.IdentityConfig;
import dev.heed.feedback.http.Problem;
import dev.heed.schemas.identity.Callers;
import dev.heed.schemas.identity.Identity;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Finds the pseudonym of whoever sends a request: an API key's holder or user, or a session. */
@Startup
@ApplicationScoped
public class People {

  private final Callers callers;

  People(IdentityConfig config) {
    this.callers =
        new Callers(
            Identity.by(config.secret(), config.keyVersion()), config.apiKeys().orElse(List.of()));
  }

  /**
   * The pseudonym behind a request.
   *
   * @param user the name an API key's holder gives their user; sessions ignore it
   * @throws Problem 401 when there is neither a key that is taken nor a session of ours
   */
  public String pseudonym(
      Optional<String> authorization, Optional<String> cookie, Optional<String> user) {
    return callers.pseudonym(authorization, cookie, user).orElseThrow(Problem::unauthorized);
  }
}
