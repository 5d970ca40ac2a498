package dev.heed.learning.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Every meter of rounds and releases. */
@ApplicationScoped
public class RoundMeters {

  private final MeterRegistry registry;
  private final AtomicInteger step = new AtomicInteger();
  private final AtomicInteger steps = new AtomicInteger();
  private final AtomicReference<Double> share = new AtomicReference<>(0.0);
  private final AtomicReference<Double> weight = new AtomicReference<>(0.0);

  RoundMeters(MeterRegistry registry) {
    this.registry = registry;
    gauge("heed_learning_trainer_step", "Steps of the trainer that are done", step::get);
    gauge("heed_learning_trainer_steps", "Steps of the trainer in all; 0: none works", steps::get);
    gauge("heed_learning_canary_share", "Share of people that a canary serves", share::get);
    gauge("heed_learning_new_weight", "Sum of |weight| since the last data version", weight::get);
    for (String stage : new String[] {"canary", "live", "withdrawn"}) {
      releases(stage); // there from the start, so that a first increase is seen
    }
  }

  /** For tests without a registry of their own. */
  public static RoundMeters of(MeterRegistry registry) {
    return new RoundMeters(registry);
  }

  private void gauge(String name, String description, java.util.function.Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  private Counter releases(String stage) {
    return Counter.builder("heed_learning_releases")
        .description("Releases that came to a stage")
        .tag("stage", stage)
        .register(registry);
  }

  /** The trainer's progress. */
  public void trainer(int done, int of) {
    step.set(done);
    steps.set(of);
  }

  /** New weight that waits for a round. */
  public void newWeight(double sum) {
    weight.set(sum);
  }

  /** A canary serves that share; 0: there is none. */
  public void canaryShare(double of) {
    share.set(of);
  }

  /** A release came to a stage. */
  public void released(String stage) {
    releases(stage).increment();
  }

  /** A round ended. */
  public void round(String state) {
    Counter.builder("heed_learning_rounds")
        .description("Rounds by how they ended")
        .tag("state", state)
        .register(registry)
        .increment();
  }

  /** A gate failed. */
  public void gateFailed(String gate) {
    Counter.builder("heed_learning_gates_failed")
        .description("Candidates that failed a gate")
        .tag("gate", gate)
        .register(registry)
        .increment();
  }

  /** From the event that tipped the test to the withdrawal in the topic. */
  public void rolledBack(Duration took) {
    Timer.builder("heed_learning_rollback")
        .description("From the event that tipped the test to the withdrawal in the topic")
        .publishPercentileHistogram()
        .register(registry)
        .record(took.isNegative() ? Duration.ZERO : took);
  }
}
