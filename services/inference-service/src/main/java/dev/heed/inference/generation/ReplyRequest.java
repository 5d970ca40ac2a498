package dev.heed.inference.generation;

import dev.heed.inference.batching.Sampling;
import dev.heed.inference.runtime.LoadedAdapter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A reply to be written.
 *
 * @param id of the reply; cancellation names it
 * @param prompt the whole prompt as tokens
 * @param maxTokens most tokens of the reply
 * @param stops strings that end it
 * @param deadline no token is worth anything after this
 * @param salt whose prefix cache may be used
 * @param adapter changes the model; held by the caller, let go by the engine
 * @param logprobs how many likeliest tokens are told beside each one; empty: none are
 */
public record ReplyRequest(
    String id,
    int[] prompt,
    int maxTokens,
    Sampling sampling,
    List<String> stops,
    Instant deadline,
    String salt,
    Optional<LoadedAdapter> adapter,
    OptionalInt logprobs) {

  /** By the base model. */
  public ReplyRequest(
      String id,
      int[] prompt,
      int maxTokens,
      Sampling sampling,
      List<String> stops,
      Instant deadline,
      String salt) {
    this(
        id,
        prompt,
        maxTokens,
        sampling,
        stops,
        deadline,
        salt,
        Optional.empty(),
        OptionalInt.empty());
  }

  /** The same by an adapter. */
  public ReplyRequest with(Optional<LoadedAdapter> other) {
    return new ReplyRequest(
        id, prompt, maxTokens, sampling, stops, deadline, salt, other, logprobs);
  }

  /** The same under another name and with other draws. */
  ReplyRequest named(String name, Sampling draws) {
    return new ReplyRequest(
        name, prompt, maxTokens, draws, stops, deadline, salt, adapter, logprobs);
  }
}
