package dev.heed.inference.generation;

import java.util.List;

/**
 * How likely a token of a reply was.
 *
 * @param token its text; a part of a character is U+FFFD
 * @param logprob natural logarithm of its probability
 * @param top the likeliest tokens in its place, each without such a list of its own
 */
public record TokenChance(String token, double logprob, List<TokenChance> top) {}
