package dev.heed.feedback.giving;

import dev.heed.feedback.config.FeedbackConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much a person may still send: a bucket each that refills evenly over the window. Per replica;
 * people who have not sent anything for longest are forgotten first, which is in their favour.
 */
@ApplicationScoped
public class Quota {

  private record Bucket(double left, long atMillis) {}

  private final Map<String, Bucket> buckets;
  private final double size;
  private final double perMilli;
  private final Clock clock;

  Quota(FeedbackConfig config, Clock clock) {
    FeedbackConfig.Quota quota = config.quota();
    this.size = quota.perPerson();
    this.perMilli = size / Math.max(1, quota.window().toMillis());
    this.clock = clock;
    int people = quota.people();
    this.buckets =
        new LinkedHashMap<>(64, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > people;
          }
        };
  }

  /** Takes one; empty when there was one, else how long until the next. */
  synchronized Optional<Duration> take(String pseudonym) {
    long now = clock.millis();
    Bucket bucket = buckets.getOrDefault(pseudonym, new Bucket(size, now));
    long passed = Math.max(0, now - bucket.atMillis());
    double left = Math.min(size, bucket.left() + passed * perMilli);
    boolean taken = left >= 1;
    buckets.put(pseudonym, new Bucket(taken ? left - 1 : left, now));
    return taken
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) Math.ceil((1 - left) / perMilli)));
  }
}
