package dev.heed.learning.gates;

import dev.heed.learning.config.GatesConfig;

/** What a candidate must reach, as it is written into its case; see {@link GatesConfig}. */
public record Thresholds(
    double leastAuc,
    double aucLoss,
    int leastHeldOut,
    double leastGain,
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

  /** As configured. */
  public static Thresholds of(GatesConfig config) {
    return new Thresholds(
        config.leastAuc(),
        config.aucLoss(),
        config.leastHeldOut(),
        config.leastGain(),
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
