package dev.heed.trust.metrics;

import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.ReviewReason;
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
  public void weighed(FeedbackKind kind, double pRight) {
    right.record(pRight);
    registry
        .counter("heed_trust_weight", "kind", kind.name().toLowerCase(Locale.ROOT))
        .increment(Math.abs(2 * pRight - 1));
  }

  /** A question went to reviewers. */
  public void asked(ReviewReason why) {
    registry
        .counter("heed_trust_questions", "why", why.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  /** A label of a new account weighs less than it would, as all of them share a cap. */
  public void capped() {
    registry.counter("heed_trust_newcomers_capped").increment();
  }

  /** A rating came from an account that acts as one with others. */
  public void merged() {
    registry.counter("heed_trust_lookalikes").increment();
  }

  /** Somebody appealed against their weight. */
  public void appeal() {
    registry.counter("heed_trust_appeals").increment();
  }

  /** Somebody's data were erased. */
  public void erasure() {
    registry.counter("heed_trust_erasures").increment();
  }

  /** Old entries were looked at, and let go unless they are still in use. */
  public void expired(int entries) {
    registry.counter("heed_trust_expired").increment(entries);
  }

  /** A stream thread failed and was replaced. */
  public void threadReplaced() {
    registry.counter("heed_trust_threads_replaced").increment();
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
