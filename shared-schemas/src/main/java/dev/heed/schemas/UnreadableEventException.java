package dev.heed.schemas;

/**
 * Bytes that are no event that may be read here. The message names the cause and a size, never
 * content, so it may stand in a dead-letter header and in a log.
 */
public final class UnreadableEventException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnreadableEventException(String message) {
    super(message);
  }
}
