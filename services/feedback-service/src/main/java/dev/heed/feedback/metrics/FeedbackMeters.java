package dev.heed.feedback.metrics;

import dev.heed.feedback.http.Validator;
import dev.heed.schemas.Topic;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Every meter of feedback-service. */
@ApplicationScoped
public class FeedbackMeters {

  private static final String THUMBS = "heed_feedback_thumbs";
  private static final String REASONS = "heed_feedback_reasons";
  private static final String CONTESTED = "heed_feedback_contested";

  private final MeterRegistry registry;
  private final Map<FeedbackKind, Counter> accepted = new EnumMap<>(FeedbackKind.class);
  private final Counter repeated;
  private final Timer ack;

  FeedbackMeters(MeterRegistry registry) {
    this.registry = registry;
    for (FeedbackKind kind : FeedbackKind.values()) {
      accepted.put(
          kind,
          Counter.builder("heed_feedback_accepted")
              .description("Feedback that Kafka has confirmed")
              .tag("kind", kind.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    List.of("up", "down").forEach(label -> registry.counter(THUMBS, "label", label));
    Validator.REASONS.forEach(reason -> registry.counter(REASONS, "reason", reason));
    repeated =
        Counter.builder("heed_feedback_repeated")
            .description("Requests answered from an earlier one with the same idempotency key")
            .register(registry);
    ack =
        Timer.builder("heed_feedback_ack_seconds")
            .description("From a valid request to Kafka's confirmation")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofSeconds(10))
            .register(registry);
  }

  /** Kafka has confirmed a piece of feedback. */
  public void accepted(FeedbackGiven given, Duration took) {
    accepted.get(given.getKind()).increment();
    ack.record(took);
    if (given.getKind() == FeedbackKind.THUMBS && given.getLabel() != null) {
      registry.counter(THUMBS, "label", given.getLabel()).increment();
    }
    if (given.getKind() == FeedbackKind.CONTEST_FILTER) {
      // Safety's categories are a closed set; they come from its verdict and not from a request.
      String category = given.getVerdict() == null ? null : given.getVerdict().getCategory();
      String label = String.valueOf(given.getLabel());
      registry
          .counter(CONTESTED, "category", category == null ? "none" : category, "label", label)
          .increment();
    }
    given.getReasons().forEach(reason -> registry.counter(REASONS, "reason", reason).increment());
  }

  /** A request was answered from an earlier one. */
  public void repeated() {
    repeated.increment();
  }

  /**
   * A request was turned down.
   *
   * @param problem the slug of its problem type, one of a closed set
   */
  public void rejected(String problem) {
    Counter.builder("heed_feedback_rejected")
        .description("Requests turned down, by problem")
        .tag("problem", problem)
        .register(registry)
        .increment();
  }

  /** A record of a topic could not be read. */
  public void unreadable(String topic) {
    Counter.builder("heed_feedback_unreadable_records")
        .description("Records that could not be read")
        .tag("topic", topic)
        .register(registry)
        .increment();
  }

  /** Shows the sizes of the views. */
  public void watch(IntSupplier replies, IntSupplier feedback) {
    Gauge.builder("heed_feedback_index_replies", replies::getAsInt)
        .description("Replies remembered")
        .register(registry);
    Gauge.builder("heed_feedback_index_feedback", feedback::getAsInt)
        .description("Pieces of feedback remembered")
        .register(registry);
  }

  /** Shows how far a view is behind its topic. */
  public void watchLag(Topic topic, LongSupplier lag) {
    Gauge.builder("heed_feedback_index_lag_records", lag::getAsLong)
        .description("Records of the topic that the view lacks")
        .tag("topic", topic.name())
        .register(registry);
  }
}
