package dev.heed.safety.flow;

import dev.heed.safety.drift.ScoreDrift;
import dev.heed.safety.policy.Action;
import dev.heed.safety.screening.GatedClassifier;
import dev.heed.safety.screening.Judgement;
import dev.heed.safety.screening.RatingException;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.ScreeningMeter;
import dev.heed.schemas.events.Verdict;
import dev.heed.schemas.events.VerdictSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Every meter of safety-service. Label values come from closed sets. */
@Singleton
public class SafetyMetrics implements ScreeningMeter {

  private final MeterRegistry registry;
  private final AtomicLong unscreened = new AtomicLong();
  private final Timer classifier;
  private final Timer hold;
  private final Timer queue;
  private volatile ScoreDrift drift;

  SafetyMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.classifier = timer("heed_safety_classifier", "Time of one rating by the classifier");
    this.hold = timer("heed_safety_hold", "Time from a draft chunk's arrival to its release");
    this.queue = timer("heed_safety_queue", "Time a text waited for its turn at the classifier");
    registry.gauge("heed_safety_tokens_shown_unscreened", unscreened);
    for (RatingException.Cause reason : RatingException.Cause.values()) {
      registry.counter("heed_safety_classifier_failures", "reason", reason.label());
    }
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofMillis(40),
            Duration.ofMillis(80),
            Duration.ofMillis(160),
            Duration.ofMillis(500),
            Duration.ofSeconds(2))
        .register(registry);
  }

  @Override
  public void classified(long nanos) {
    classifier.record(Duration.ofNanos(nanos));
  }

  @Override
  public void cacheHit() {
    registry.counter("heed_safety_cache_hits").increment();
  }

  @Override
  public void failed(RatingException.Cause reason) {
    registry.counter("heed_safety_classifier_failures", "reason", reason.label()).increment();
  }

  @Override
  public void waited(long nanos) {
    queue.record(Duration.ofNanos(nanos));
  }

  void opinionMissed() {
    registry.counter("heed_safety_second_opinion_missed").increment();
  }

  void waiting(GatedClassifier gate) {
    registry.gauge("heed_safety_queue_length", gate, GatedClassifier::waiting);
  }

  void policyReload(String outcome) {
    registry.counter("heed_safety_policy_reloads", "outcome", outcome).increment();
  }

  /** What the shadow policy would have done, beside what was done. */
  void shadow(Role role, Action done, Action would) {
    registry
        .counter(
            "heed_safety_shadow_decisions",
            "role",
            role.label(),
            "action",
            done.label(),
            "would",
            would.label())
        .increment();
  }

  void classifierOff(boolean off) {
    registry.gauge("heed_safety_classifier_off", off ? 1 : 0);
  }

  void verdict(Role role, Judgement judgement) {
    Verdict verdict = judgement.verdict();
    registry
        .counter(
            "heed_safety_verdicts",
            "role",
            role.label(),
            "category",
            category(judgement),
            "action",
            judgement.action().label(),
            "source",
            label(verdict.getSource()))
        .increment();
    if (drift != null && verdict.getSource() != VerdictSource.FAIL_CLOSED) {
      drift.add(role, verdict.getScores());
    }
  }

  /** Scores against their reference, as {@code heed_safety_score_psi}. */
  void watch(ScoreDrift watched) {
    drift = watched;
    for (Role role : Role.values()) {
      for (String category : watched.categories(role)) {
        registry.gauge(
            "heed_safety_score_psi",
            Tags.of("role", role.label(), "category", category),
            watched,
            scores -> scores.of(role, category));
      }
    }
  }

  /** A turn that passes is kept back for a while. */
  void slowed(Judgement judgement) {
    registry.counter("heed_safety_slowed", "category", category(judgement)).increment();
  }

  /** What personal data a screened text held, by kind. */
  void marked(Role role, Map<String, Integer> marks) {
    marks.forEach(
        (kind, count) ->
            registry
                .counter("heed_safety_pii", "role", role.label(), "kind", kind)
                .increment(count));
  }

  void refused(Role role, Judgement judgement) {
    registry
        .counter("heed_safety_refusals", "role", role.label(), "category", category(judgement))
        .increment();
  }

  void withdrawn(Judgement judgement) {
    registry.counter("heed_safety_withdrawals", "category", category(judgement)).increment();
  }

  /** From the closed set of {@link dev.heed.safety.screening.Categories}. */
  private static String category(Judgement judgement) {
    String category = judgement.verdict().getCategory();
    return category == null ? "none" : category;
  }

  void dropped(String reason) {
    registry.counter("heed_safety_dropped", "reason", reason).increment();
  }

  void deadLetter(String topic) {
    registry.counter("heed_safety_dead_letters", "topic", topic).increment();
  }

  void held(long nanos) {
    hold.record(Duration.ofNanos(nanos));
  }

  /** Must never be called: a text was about to leave without its verdict. */
  void unscreened(int tokens) {
    unscreened.addAndGet(tokens);
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
