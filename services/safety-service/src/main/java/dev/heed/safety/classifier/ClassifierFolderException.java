package dev.heed.safety.classifier;

import dev.heed.safety.screening.RatingException;

/** A classifier folder that cannot be used; the message names the file. */
final class ClassifierFolderException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final RatingException.Cause reason;

  ClassifierFolderException(RatingException.Cause reason, String problem) {
    super(problem);
    this.reason = reason;
  }

  RatingException.Cause reason() {
    return reason;
  }
}
