package dev.heed.schemas.identity;

import java.util.List;
import java.util.Optional;

/** The key that lets operators in; where none is set, nobody is one. */
public final class OperatorKey {

  /** The WWW-Authenticate header that goes with {@link Answer#WRONG}. */
  public static final String CHALLENGE = "Bearer realm=\"heed-operators\"";

  /** What a request's word is worth. */
  public enum Answer {
    OPENS,
    WRONG,
    NOBODY_IS
  }

  private final Optional<String> key;

  /**
   * @param key as configured; empty or blank: nobody gets in
   */
  public OperatorKey(Optional<String> key) {
    this.key = key.filter(value -> !value.isBlank());
  }

  /**
   * Looks at a request.
   *
   * @param authorization the header; null when there is none
   */
  public Answer check(String authorization) {
    if (key.isEmpty()) {
      return Answer.NOBODY_IS;
    }
    return Bearer.token(Optional.ofNullable(authorization))
            .filter(token -> Bearer.isOneOf(token, List.of(key.get())))
            .isPresent()
        ? Answer.OPENS
        : Answer.WRONG;
  }
}
