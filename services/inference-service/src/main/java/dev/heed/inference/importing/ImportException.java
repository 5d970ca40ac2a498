package dev.heed.inference.importing;

import java.io.IOException;

/** An import that cannot go on, for a reason that its message tells in one line. */
public final class ImportException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message one line for the person at the terminal
   */
  public ImportException(String message) {
    super(message);
  }
}
