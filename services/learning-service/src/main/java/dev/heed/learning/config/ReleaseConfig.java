package dev.heed.learning.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a release goes from shadow by canary to all. */
@ConfigMapping(prefix = "heed.learning.release")
public interface ReleaseConfig {

  /** Time that a release is loaded and serves nobody. */
  @WithDefault("10m")
  Duration shadow();

  /** Share of people that a canary serves. */
  @WithDefault("0.1")
  double share();

  /** Longest canary; undecided then, it is withdrawn. */
  @WithDefault("14d")
  Duration longestCanary();

  /** People of the canary whose thumbs must have come before it goes to all. */
  @WithDefault("100")
  int leastPeople();

  /** Chance that a harmless release is withdrawn, over all that is watched. */
  @WithDefault("0.05")
  double falseAlarm();

  /** Chance that a release worse by a margin goes to all, for each thing watched. */
  @WithDefault("0.05")
  double missed();

  /** Margin of the mean that replies are bad, by thumbs weighted with trust. */
  @WithDefault("0.05")
  double marginBad();

  /** Margin of the share of rated replies called rude. */
  @WithDefault("0.02")
  double marginRude();

  /** Margin of the share of withdrawn and failed replies. */
  @WithDefault("0.05")
  double marginRefused();

  /** Margin of latency, as a part of {@code latencyCap}. */
  @WithDefault("0.1")
  double marginLatency();

  /** Latency that counts as the worst. */
  @WithDefault("20s")
  Duration latencyCap();
}
