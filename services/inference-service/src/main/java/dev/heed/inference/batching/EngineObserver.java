package dev.heed.inference.batching;

import java.time.Duration;

/** What a scheduler tells the meters; called on its thread, must be quick. */
public interface EngineObserver {

  /** Watches nothing. */
  EngineObserver NONE = new EngineObserver() {};

  /** A sequence left the queue. */
  default void admitted(Duration queued, int promptTokens, int cachedTokens) {}

  /** A sequence's first token, after this long since its submission. */
  default void firstToken(Duration sinceSubmission) {}

  /** A later token, after this long since the one before. */
  default void nextToken(Duration sincePrevious) {}

  /** A step decoded so many sequences. */
  default void step(int batch, Duration took) {}

  /** Prompt tokens were computed. */
  default void prefilled(int tokens, Duration took) {}

  /** A sequence ended. */
  default void finished(Finish finish, TokenSink.Tally tally) {}
}
