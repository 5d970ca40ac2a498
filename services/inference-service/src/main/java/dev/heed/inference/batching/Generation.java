package dev.heed.inference.batching;

import java.time.Instant;

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
 */
public record Generation(
    String id,
    int[] prompt,
    int maxTokens,
    Sampling sampling,
    Instant deadline,
    String salt,
    TokenSink sink) {}
