package dev.heed.inference.runtime;

/** A model folder that cannot be served; the message names the file and, where known, the field. */
public final class ModelException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ModelException(String file, String problem) {
    super(file + ": " + problem);
  }

  public ModelException(String file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
