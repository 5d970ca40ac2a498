package dev.heed.inference.generation;

import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.TokenSink.Tally;

/** Takes a reply's text as it comes, on the scheduler's thread; must not block. */
public interface ReplyListener {

  /**
   * New text, whole characters only; may be empty when a token completed none.
   *
   * @param completionTokens tokens of the reply so far
   */
  void text(String text, int completionTokens);

  /** For replies that ask for probabilities: the token whose text comes next. */
  default void chance(TokenChance chance) {}

  /** The reply is over; called once, after all text. */
  void finished(Finish finish, Tally tally);
}
