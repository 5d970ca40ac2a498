package dev.heed.inference.batching;

/** Takes the tokens of one sequence, on the scheduler's thread; must not block. */
public interface TokenSink {

  /**
   * A token of the reply; end tokens don't come here.
   *
   * @return false to end the sequence with {@link Finish#STOP}
   */
  boolean accept(int token);

  /**
   * As {@link #accept(int)}, for requests that ask for probabilities.
   *
   * @param odds of the token and of the likeliest ones
   */
  default boolean accept(int token, TokenOdds odds) {
    return accept(token);
  }

  /** The sequence is over and its slot is free; called once. */
  void finished(Finish finish, Tally tally);

  /**
   * What a sequence took.
   *
   * @param promptTokens tokens of the prompt
   * @param completionTokens tokens drawn, the end token among them
   * @param cachedTokens prompt tokens that need not be computed again
   */
  record Tally(int promptTokens, int completionTokens, int cachedTokens) {}
}
