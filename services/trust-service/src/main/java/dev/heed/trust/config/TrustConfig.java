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

  /** Raters, and as many items, of a partition that stay decoded in memory: some 3 KB for both. */
  @WithDefault("4000")
  int hot();

  /** What new accounts may weigh together. */
  Newcomers newcomers();

  /** What new accounts may weigh together, in each partition. */
  interface Newcomers {

    /** Ratings up to which an account is new. */
    @WithDefault("10")
    int ratings();

    /**
     * Their sum of absolute weights, as a share of known people's; both fade by half in an hour.
     */
    @WithDefault("0.5")
    double share();

    /** And at least so much, or nothing could begin. */
    @WithDefault("200")
    double allowance();
  }

  /** What is asked of reviewers. */
  Review review();

  /** What is asked of reviewers. */
  interface Review {

    /** Questions per label, at most. */
    @WithDefault("0.05")
    double budget();

    /** Contests of a partition that wait to be asked about; more are not asked. */
    @WithDefault("200")
    int waiting();
  }
}
