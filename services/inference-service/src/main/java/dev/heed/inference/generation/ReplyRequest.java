package dev.heed.inference.generation;

import dev.heed.inference.batching.Sampling;
import java.time.Instant;
import java.util.List;

/**
 * A reply to be written.
 *
 * @param id of the reply; cancellation names it
 * @param prompt the whole prompt as tokens
 * @param maxTokens most tokens of the reply
 * @param stops strings that end it
 * @param deadline no token is worth anything after this
 * @param salt whose prefix cache may be used
 */
public record ReplyRequest(
    String id,
    int[] prompt,
    int maxTokens,
    Sampling sampling,
    List<String> stops,
    Instant deadline,
    String salt) {}
