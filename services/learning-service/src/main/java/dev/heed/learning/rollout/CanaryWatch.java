package dev.heed.learning.rollout;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.heed.learning.config.ReleaseConfig;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a canary has shown so far, together with the place in the topics up to which it was counted.
 * Each person counts once for each thing that is watched: of one person all goes together.
 */
public final class CanaryWatch {

  /** What is to be done. */
  public enum Decision {
    PROMOTE,
    WITHDRAW
  }

  @JsonProperty private String releaseId;
  @JsonProperty private Map<String, Long> offsets = new TreeMap<>();
  @JsonProperty private Map<Watched, BettingTest> tests = new EnumMap<>(Watched.class);
  @JsonProperty private Map<Watched, Set<Long>> seen = new EnumMap<>(Watched.class);

  /** For reading from disk. */
  CanaryWatch() {}

  CanaryWatch(String releaseId, ReleaseConfig config, Map<String, Long> offsets) {
    this.releaseId = releaseId;
    this.offsets.putAll(offsets);
    double[] margins = {
      config.marginBad(), config.marginRude(), config.marginRefused(), config.marginLatency()
    };
    for (Watched watched : Watched.values()) {
      tests.put(watched, new BettingTest(margins[watched.ordinal()]));
      seen.put(watched, new HashSet<>());
    }
  }

  /** Next offset to count, by {@code topic/partition}. */
  public Map<String, Long> offsets() {
    return offsets;
  }

  /** Evidence so far. */
  public Map<Watched, BettingTest> tests() {
    return tests;
  }

  /** Counts what one person met with; the first time only. */
  void observe(Watched watched, String pseudonym, double share, double x) {
    if (seen.get(watched).add(Stickiness.token(releaseId, pseudonym))) {
      tests.get(watched).observe(Stickiness.serves(releaseId, pseudonym, share), x);
    }
  }

  /** Remembers how far it was read. */
  void at(String partition, long next) {
    offsets.put(partition, next);
  }

  /** What the evidence allows; empty: go on. */
  Optional<Decision> decide(ReleaseConfig config) {
    double alarm = tests.size() / config.falseAlarm();
    if (tests.values().stream().anyMatch(test -> test.harm() >= alarm)) {
      return Optional.of(Decision.WITHDRAW);
    }
    boolean enough = tests.get(Watched.BAD).canaryCount() >= config.leastPeople();
    boolean fine = tests.values().stream().allMatch(test -> test.fine() >= 1 / config.missed());
    return enough && fine ? Optional.of(Decision.PROMOTE) : Optional.empty();
  }

  /** What is worst of all that is watched. */
  Watched worst() {
    return tests.entrySet().stream()
        .max(java.util.Comparator.comparingDouble(e -> e.getValue().harm()))
        .orElseThrow()
        .getKey();
  }
}
