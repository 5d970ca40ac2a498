package dev.heed.inference.batching;

import java.util.Arrays;

/** One reply in the scheduler. All but {@code stopBy} belongs to the scheduler's thread. */
final class Sequence {

  final Generation request;
  final long submitted = System.nanoTime();
  final long arrival;
  final Sampler sampler;
  final int[] tokens;

  /** Set by any thread; the scheduler acts on it in its next step. */
  volatile Finish stopBy;

  int size;

  /** Tokens that stand in the key/value cache. */
  int cached;

  int fromCache;
  int slot = -1;
  int drawn;
  long lastTokenAt;
  long startedAt;

  Sequence(Generation request, long arrival) {
    this.request = request;
    this.arrival = arrival;
    sampler = new Sampler(request.sampling());
    size = request.prompt().length;
    tokens = Arrays.copyOf(request.prompt(), size + request.maxTokens());
  }

  int promptLeft() {
    return request.prompt().length - cached;
  }

  /** Whether both are written by the same weights. */
  boolean sameWeights(Sequence other) {
    return request.adapter().equals(other.request.adapter());
  }

  TokenSink.Tally tally() {
    return new TokenSink.Tally(request.prompt().length, drawn, fromCache);
  }
}
