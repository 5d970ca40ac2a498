package dev.heed.trust.flow;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Meters of everybody together, as this replica's stores have them: how many are believed, and how
 * many groups from one place are not. The stores are looked through at most every {@link #FRESH}.
 */
@ApplicationScoped
class Standing {

  static final Duration FRESH = Duration.ofSeconds(30);

  /** Of ten bins of reliability, those below .5 and those from .7 on. */
  private static final int UNSURE_FROM = 5;

  private static final int TRUSTED_FROM = 7;

  /** Fewer people from one place are no ring. */
  private static final int RING = 5;

  private static final double DOUBTED = .5;

  private final Supplier<Summary> stores;
  private Summary last = Summary.empty(false);
  private long lookedAt;
  private boolean looked;

  @Inject
  Standing(Scores scores) {
    this(scores::summary);
  }

  Standing(Supplier<Summary> stores) {
    this.stores = stores;
  }

  /** Registers the meters. */
  void register(@Observes StartupEvent event, MeterRegistry registry) {
    register(registry);
  }

  void register(MeterRegistry registry) {
    people(registry, "doubted", s -> count(s, 0, UNSURE_FROM));
    people(registry, "unsure", s -> count(s, UNSURE_FROM, TRUSTED_FROM));
    people(registry, "trusted", s -> count(s, TRUSTED_FROM, Stats.BINS));
    Gauge.builder("heed_trust_doubted_groups", this, s -> doubtedGroups(s.summary()))
        .description("Groups of five people or more from one place that are less right than wrong")
        .register(registry);
  }

  private void people(MeterRegistry registry, String standing, ToDoubleFunction<Summary> count) {
    Gauge.builder("heed_trust_people", this, s -> count.applyAsDouble(s.summary()))
        .description("People with a score: doubted below .5, trusted from .7 on")
        .tag("standing", standing)
        .register(registry);
  }

  private synchronized Summary summary() {
    long now = System.nanoTime();
    if (!looked || now - lookedAt > FRESH.toNanos()) {
      last = stores.get();
      lookedAt = now;
      looked = true;
    }
    return last;
  }

  private static double count(Summary summary, int from, int until) {
    long count = 0;
    for (int bin = from; bin < until; bin++) {
      count += summary.reliability()[bin];
    }
    return count;
  }

  private static double doubtedGroups(Summary summary) {
    return summary.cohorts().values().stream()
        .filter(group -> group.people() >= RING)
        .filter(group -> group.reliabilitySum() / group.people() < DOUBTED)
        .count();
  }
}
