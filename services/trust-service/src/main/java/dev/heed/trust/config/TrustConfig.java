package dev.heed.trust.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What the topology keeps, asks and counts. */
@ConfigMapping(prefix = "heed.trust")
public interface TrustConfig {

  /** The highest star, as in feedback-service; above the middle is good, below it bad. */
  @WithDefault("5")
  int stars();

  /**
   * Age at which items, feedback and gold leave the stores, by the clock of this machine. Longer
   * than the topics' retention, or a redelivered event would count anew.
   */
  @WithDefault("30d")
  Duration itemsWindow();

  /** How long after their last event a person is forgotten. */
  @WithDefault("400d")
  Duration peopleWindow();

  /** How often old entries are looked for. */
  @WithDefault("10m")
  Duration expireEvery();

  /** Entries that leave at once at most, so that events don't wait. */
  @WithDefault("2000")
  int expireBatch();

  /** What is asked of reviewers. */
  Review review();

  /** What is asked of reviewers. */
  interface Review {

    /** Questions per label, at most. */
    @WithDefault("0.05")
    double budget();

    /** Labels of a partition that wait to be asked about; those with the least gain leave. */
    @WithDefault("200")
    int waiting();
  }
}
