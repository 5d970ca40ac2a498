package dev.heed.learning.rounds;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Where a round stands; each state exposes the steps that may follow, and no others. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RoundState.Open.class, name = "open"),
  @JsonSubTypes.Type(value = RoundState.Frozen.class, name = "frozen"),
  @JsonSubTypes.Type(value = RoundState.Training.class, name = "training"),
  @JsonSubTypes.Type(value = RoundState.Trained.class, name = "trained"),
  @JsonSubTypes.Type(value = RoundState.Passed.class, name = "passed"),
  @JsonSubTypes.Type(value = RoundState.Held.class, name = "held"),
  @JsonSubTypes.Type(value = RoundState.Kept.class, name = "kept"),
  @JsonSubTypes.Type(value = RoundState.Released.class, name = "released"),
  @JsonSubTypes.Type(value = RoundState.Failed.class, name = "failed")
})
public sealed interface RoundState {

  /** True when nothing follows by itself. */
  @JsonIgnore
  default boolean resting() {
    return switch (this) {
      case Held _, Kept _, Released _, Failed _ -> true;
      case Open _, Frozen _, Training _, Trained _, Passed _ -> false;
    };
  }

  /** Begun; nothing is frozen yet. */
  record Open() implements RoundState {
    Frozen freeze(String dataVersion) {
      return new Frozen(dataVersion);
    }
  }

  /** What is learnt from is fixed. */
  record Frozen(String dataVersion) implements RoundState {
    Training train(long pid, String startedAt) {
      return new Training(dataVersion, 1, pid, startedAt);
    }
  }

  /**
   * A trainer works.
   *
   * @param attempt 1, 2 ...
   * @param pid of the trainer's process, with the start time that tells it from a later namesake
   */
  record Training(String dataVersion, int attempt, long pid, String startedAt)
      implements RoundState {
    Training again(long newPid, String at) {
      return new Training(dataVersion, attempt + 1, newPid, at);
    }

    Trained done(String manifestSha256) {
      return new Trained(dataVersion, manifestSha256);
    }
  }

  /** The candidate is there, whole. */
  record Trained(String dataVersion, String manifestSha256) implements RoundState {
    Passed pass() {
      return new Passed(dataVersion);
    }

    Held hold(List<String> suspicions) {
      return new Held(dataVersion, suspicions);
    }

    Kept keep(List<String> failedGates) {
      return new Kept(dataVersion, failedGates);
    }
  }

  /** Every gate is passed; the release is the next step. */
  record Passed(String dataVersion) implements RoundState {
    Released release(String releaseId) {
      return new Released(dataVersion, releaseId);
    }
  }

  /** The round looks poisoned: a person decides. */
  record Held(String dataVersion, List<String> suspicions) implements RoundState {
    Passed accept() {
      return new Passed(dataVersion);
    }

    Kept reject() {
      return new Kept(dataVersion, List.of("rejected-by-operator"));
    }
  }

  /** A gate failed: kept with its report, never served. */
  record Kept(String dataVersion, List<String> failedGates) implements RoundState {}

  /** Handed over to the release. */
  record Released(String dataVersion, String releaseId) implements RoundState {}

  /**
   * Ended without a candidate.
   *
   * @param reason stable code
   */
  record Failed(String reason) implements RoundState {}
}
