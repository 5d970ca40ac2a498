package dev.heed.safety.flow;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The record of conversations and people: the share of unsafe turns, as a rate that decays with
 * time, so that one hit damns nobody and a poor record heals. Kept in this process and bounded: a
 * pod that takes a partition over starts with an empty record.
 */
final class Conduct {

  /** Turns taken as good before any is seen: two unsafe turns in a row at the start are 1/3. */
  private static final double PRIOR = 4;

  /**
   * @param turns weight of all turns
   * @param unsafe weight of unsafe ones
   * @param at when the weights were right, ms
   */
  private record Tally(double turns, double unsafe, long at) {}

  private final InstantSource clock;
  private final double halfLife;
  private final double limit;
  private final Cache<String, Tally> tallies;

  /**
   * @param halfLife after which a turn counts half
   * @param limit rate at and above which caution is raised, (0, 1)
   * @param tracked conversations and people that are remembered
   */
  Conduct(InstantSource clock, Duration halfLife, double limit, int tracked) {
    this.clock = clock;
    this.halfLife = halfLife.toMillis();
    this.limit = limit;
    this.tallies = Caffeine.newBuilder().maximumSize(tracked).build();
  }

  /** Counts one turn of a conversation and of a person. */
  void turn(String conversation, String person, boolean unsafe) {
    add("c:" + conversation, unsafe);
    add("p:" + person, unsafe);
  }

  /** True while the record of one of them is poor. */
  boolean caution(String conversation, String person) {
    return rate("c:" + conversation) >= limit || rate("p:" + person) >= limit;
  }

  /** Unsafe share of a conversation, [0, 1). */
  double rateOf(String conversation) {
    return rate("c:" + conversation);
  }

  private void add(String key, boolean unsafe) {
    tallies
        .asMap()
        .compute(
            key,
            (k, old) -> {
              Tally now = decayed(old);
              return new Tally(now.turns() + 1, now.unsafe() + (unsafe ? 1 : 0), now.at());
            });
  }

  /** The prior does not decay: with time the rate of a person who says nothing goes to 0. */
  private double rate(String key) {
    Tally now = decayed(tallies.getIfPresent(key));
    return now.unsafe() / (now.turns() + PRIOR);
  }

  private Tally decayed(Tally old) {
    long now = clock.millis();
    if (old == null) {
      return new Tally(0, 0, now);
    }
    double weight = Math.pow(2, -Math.max(0, now - old.at()) / halfLife);
    return new Tally(old.turns() * weight, old.unsafe() * weight, now);
  }
}
