package dev.heed.stack;

/** What stops the stack, in one sentence that says what to do. */
final class StackException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StackException(String message) {
    super(message);
  }
}
