package dev.heed.inference.batching;

import dev.heed.inference.runtime.LoadedAdapter;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One reply to be generated.
 *
 * @param id of the reply; cancellation names it
 * @param prompt tokens; not changed by anyone
 * @param maxTokens most tokens of the reply
 * @param sampling how to draw
 * @param deadline no token is worth anything after this; older ones go first
 * @param salt whose cache may be used: a conversation's tokens are found again only under the same
 *     salt
 * @param sink takes the tokens
 * @param shared so many tokens at the prompt's head are the same for everyone and no secret: their
 *     cache may be found under any salt
 * @param adapter changes the model; held by the caller, let go by the scheduler
 * @param logprobs how many likeliest tokens the sink is told beside each drawn one; empty: it is
 *     told nothing of probabilities
 */
public record Generation(
    String id,
    int[] prompt,
    int maxTokens,
    Sampling sampling,
    Instant deadline,
    String salt,
    TokenSink sink,
    int shared,
    Optional<LoadedAdapter> adapter,
    OptionalInt logprobs) {

  /** By the base model, with nothing shared. */
  public Generation(
      String id,
      int[] prompt,
      int maxTokens,
      Sampling sampling,
      Instant deadline,
      String salt,
      TokenSink sink) {
    this(
        id,
        prompt,
        maxTokens,
        sampling,
        deadline,
        salt,
        sink,
        0,
        Optional.empty(),
        OptionalInt.empty());
  }
}
