package dev.heed.schemas.identity;

import java.util.List;
import java.util.Optional;

/** Whose request it is: an API key's holder, a user that they name, or a session's. */
public final class Callers {

  private final Identity identity;
  private final List<String> apiKeys;

  /**
   * @param apiKeys keys that are taken; none: any key is taken as a name
   */
  public Callers(Identity identity, List<String> apiKeys) {
    this.identity = identity;
    this.apiKeys = List.copyOf(apiKeys);
  }

  /**
   * The pseudonym behind a request; empty when its key is not taken or, without a key, its session
   * is not ours.
   *
   * @param authorization the header
   * @param cookie the value of {@link Identity#COOKIE}
   * @param user the name that a key's holder gives their user; sessions ignore it
   */
  public Optional<String> pseudonym(
      Optional<String> authorization, Optional<String> cookie, Optional<String> user) {
    Optional<String> key = Bearer.token(authorization);
    return key.isPresent()
        ? key.filter(this::isTaken).map(k -> identity.pseudonym(Identity.keySubject(k, user)))
        : cookie.flatMap(identity::sessionSubject).map(identity::pseudonym);
  }

  /** Whether a request brings a key, taken or not. */
  public static boolean hasKey(Optional<String> authorization) {
    return Bearer.token(authorization).isPresent();
  }

  private boolean isTaken(String key) {
    return apiKeys.isEmpty() || Bearer.isOneOf(key, apiKeys);
  }
}
