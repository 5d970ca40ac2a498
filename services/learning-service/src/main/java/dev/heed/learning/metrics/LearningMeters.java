package dev.heed.learning.metrics;

import dev.heed.learning.dataset.Row;
import dev.heed.learning.dataset.Tombstone;
import dev.heed.learning.deidentify.Scrubber;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Every meter of learning-service. */
@ApplicationScoped
public class LearningMeters {

  /** Why an event made no row. */
  public enum Skipped {
    NO_CONSENT,
    WITHDRAWN,
    REPEATED,
    NOT_LAST,
    OTHER_EVENT
  }

  private final MeterRegistry registry;
  private final AtomicLong lag = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  LearningMeters(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("heed_learning_lag_records", lag::get)
        .description("Records of the topics that are not read yet")
        .register(registry);
    Gauge.builder("heed_learning_dataset_rows", rows::get)
        .description("Committed rows, withdrawn ones included")
        .register(registry);
    Gauge.builder("heed_learning_dataset_bytes", bytes::get)
        .description("Committed bytes of rows and tombstones")
        .baseUnit("bytes")
        .register(registry);
  }

  /** For tools and tests without a registry of their own. */
  public static LearningMeters of(MeterRegistry registry) {
    return new LearningMeters(registry);
  }

  /** A row was added. */
  public void added(Row row) {
    String type =
        switch (row) {
          case Row.Turn t -> "turn";
          case Row.Reply r -> "reply";
          case Row.Feedback f -> "feedback";
        };
    count("heed_learning_rows", "Rows added to the data set", "type", type);
  }

  /** An event made no row. */
  public void skipped(Skipped reason) {
    count("heed_learning_skipped", "Events that made no row", "reason", lower(reason));
  }

  /** Something that points to a person was taken out of a text. */
  public void scrubbed(Scrubber.Finding finding) {
    count("heed_learning_scrubbed", "Findings replaced in texts", "finding", lower(finding));
  }

  /** A consent was withdrawn or given anew. */
  public void buried(Tombstone.Reason reason) {
    count("heed_learning_tombstones", "Changes of consent", "reason", lower(reason));
  }

  /** A record could not be read. */
  public void unreadable(String topic) {
    count("heed_learning_unreadable_records", "Records put to the dead letters", "topic", topic);
  }

  /** The data set was committed. */
  public void committed(long allRows, long allBytes) {
    rows.set(allRows);
    bytes.set(allBytes);
    Counter.builder("heed_learning_commits")
        .description("Commits of the data set")
        .register(registry)
        .increment();
  }

  /** Reading or writing failed and is tried again from the last commit. */
  public void failed(boolean disk) {
    count("heed_learning_failures", "Failures, tried again", "part", disk ? "disk" : "kafka");
  }

  /** How far reading is behind. */
  public void lag(long records) {
    lag.set(records);
  }

  private void count(String name, String description, String label, String value) {
    Counter.builder(name).description(description).tag(label, value).register(registry).increment();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
