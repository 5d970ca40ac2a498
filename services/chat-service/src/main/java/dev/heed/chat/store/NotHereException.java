package dev.heed.chat.store;

/** A partition's conversations are not on this replica now: they move, or never were here. */
public final class NotHereException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Without a stack trace: it is an answer, not an accident. */
  public NotHereException() {
    super("the partition is not here", null, false, false);
  }
}
