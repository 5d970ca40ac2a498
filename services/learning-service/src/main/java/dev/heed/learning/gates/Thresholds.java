package dev.heed.learning.gates;

import dev.heed.learning.config.GatesConfig;
import io.smallrye.config.SmallRyeConfigBuilder;

/** What a candidate must reach, as it is written into its case; see {@link GatesConfig}. */
public record Thresholds(
    double leastAuc,
    double aucLoss,
    int leastHeldOut,
    double leastGain,
    int probes,
    double unsafeRise,
    double refusalRise,
    double perplexityRise,
    double ratingMillis,
    double contaminated,
    double leastAucUnseen,
    double drift,
    double flips,
    double concentration,
    double hacking) {

  /** What holds when nothing is configured. */
  public static Thresholds defaults() {
    return of(
        new SmallRyeConfigBuilder()
            .withMapping(GatesConfig.class)
            .build()
            .getConfigMapping(GatesConfig.class));
  }

  /** As configured. */
  public static Thresholds of(GatesConfig config) {
    return new Thresholds(
        config.leastAuc(),
        config.aucLoss(),
        config.leastHeldOut(),
        config.leastGain(),
        config.probes(),
        config.unsafeRise(),
        config.refusalRise(),
        config.perplexityRise(),
        config.ratingMillis(),
        config.contaminated(),
        config.leastAucUnseen(),
        config.drift(),
        config.flips(),
        config.concentration(),
        config.hacking());
  }
}
