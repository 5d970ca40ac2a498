package dev.heed.trust.metrics;

import dev.heed.schemas.events.FeedbackKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/** Declares every meter of the trust service; label values come from closed sets. */
@ApplicationScoped
public class TrustMeters {

  private final MeterRegistry registry;
  private final Counter duplicates;
  private final Counter revisions;
  private final Counter retractions;
  private final Counter deadLetters;
  private final DistributionSummary right;

  /** Registers all meters. */
  public TrustMeters(MeterRegistry registry) {
    this.registry = registry;
    duplicates = registry.counter("heed_trust_duplicates");
    revisions = registry.counter("heed_trust_revisions");
    retractions = registry.counter("heed_trust_retractions");
    deadLetters = registry.counter("heed_trust_dead_letters");
    right =
        DistributionSummary.builder("heed_trust_p_right")
            .description("Probability that a label is right, of each belief emitted")
            .serviceLevelObjectives(.1, .25, .5, .75, .9)
            .register(registry);
  }

  /** A piece of feedback was counted. */
  public void feedback(FeedbackKind kind) {
    registry
        .counter("heed_trust_feedback", "kind", kind.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  /** A belief was emitted. */
  public void weighed(double pRight) {
    right.record(pRight);
  }

  /** Feedback came again under the same id. */
  public void duplicate() {
    duplicates.increment();
  }

  /** An earlier belief was revised. */
  public void revision() {
    revisions.increment();
  }

  /** Feedback was taken back or replaced by its giver. */
  public void retraction() {
    retractions.increment();
  }

  /** A record went to the dead letters. */
  public void deadLetter() {
    deadLetters.increment();
  }
}
