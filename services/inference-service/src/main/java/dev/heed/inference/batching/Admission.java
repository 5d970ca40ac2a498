package dev.heed.inference.batching;

/** The scheduler's answer to a request, at once. */
public enum Admission {
  ACCEPTED(""),
  /** The queue is full, or the wait would pass the deadline. */
  OVERLOADED("overloaded"),
  /** Prompt and reply do not fit into the context. */
  PROMPT_TOO_LONG("prompt_too_long"),
  /** The deadline has passed already. */
  DEADLINE("deadline"),
  /** This process stops. */
  STOPPING("stopping"),
  /** The same reply is being written already. */
  DUPLICATE("duplicate");

  private final String code;

  Admission(String code) {
    this.code = code;
  }

  /** Stable error code for the topics. */
  public String code() {
    return code;
  }
}
