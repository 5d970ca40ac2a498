package dev.heed.safety.screening;

import java.util.Locale;

/** A rater gave no answer that can be used. Whoever sees it must refuse. */
public final class RatingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why; the closed set of the failure metric's label. */
  public enum Cause {
    MISSING,
    CHECKSUM,
    DEADLINE,
    NOT_A_NUMBER,
    TOO_LONG,
    OVERLOADED,
    ERROR;

    /** As a metric label. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Cause reason;

  public RatingException(Cause reason) {
    super("no rating: " + reason.label());
    this.reason = reason;
  }

  public RatingException(Cause reason, Throwable cause) {
    super("no rating: " + reason.label(), cause);
    this.reason = reason;
  }

  /** Why there is no rating. */
  public Cause reason() {
    return reason;
  }
}
