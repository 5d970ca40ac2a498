package dev.heed.inference.serving;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What an operator may set. Bounds that are left out come from memory and cores. */
@ConfigMapping(prefix = "heed.inference")
public interface InferenceConfig {

  /** Model folder in the genai layout. */
  Optional<Path> model();

  /** Where the model runs: cpu, cuda or cuda:N; when it cannot, the service does not start. */
  @WithDefault("cpu")
  String device();

  /** Intra-op threads; default: as many as there are cores. */
  OptionalInt threads();

  /** Whether the model's threads spin between runs; off where services share cores. */
  @WithDefault("false")
  boolean spinning();

  /** Sequences that are decoded in one batch. */
  OptionalInt running();

  /** Further slots that keep finished conversations for their next turn; 0: no prefix cache. */
  OptionalInt retained();

  /** Prompts that may wait; beyond, the topic's partitions are paused. */
  OptionalInt waiting();

  /** Tokens of prompt and reply together, at most the model's context. */
  OptionalInt maxContext();

  /** Prompt tokens that a step may spend. */
  OptionalInt prefillTokens();

  /** Whether the cache takes all of its memory at the start, not as it is used. */
  @WithDefault("false")
  boolean wholeCache();

  /**
   * Sampled replies to a prompt, of which the released reward model picks the one of the largest
   * P(good) - P(rude); they come when all are written. 1, or no reward model: each reply comes as
   * it is written.
   */
  @WithDefault("1")
  int candidates();

  /** How long running replies may go on after SIGTERM, before another pod takes them up. */
  @WithDefault("8s")
  Duration drain();
}
