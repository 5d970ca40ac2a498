package dev.heed.learning.dataset;

/** The data set on disk is not as its manifest says, or in use by another process. */
public final class DatasetException extends RuntimeException {

  DatasetException(String message) {
    super(message);
  }

  DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
