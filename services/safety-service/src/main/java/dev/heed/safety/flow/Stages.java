package dev.heed.safety.flow;

import java.util.concurrent.CompletionStage;

/** Joins writes. */
final class Stages {

  private Stages() {}

  /** Ends when both have ended; fails when one failed. */
  static CompletionStage<Void> both(CompletionStage<Void> one, CompletionStage<Void> other) {
    return one.thenCombine(other, (a, b) -> null);
  }
}
