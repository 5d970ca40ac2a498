package dev.heed.safety.policy;

/** A policy file that cannot be used; the message names the line. */
public final class PolicyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param line 1-based; 0 when there is none
   */
  public PolicyException(int line, String problem) {
    super(line > 0 ? "policy, line " + line + ": " + problem : "policy: " + problem);
  }
}
