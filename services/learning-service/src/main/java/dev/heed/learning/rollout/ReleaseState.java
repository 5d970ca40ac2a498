package dev.heed.learning.rollout;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How far a release has come; each state exposes the steps that may follow, and no others. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "stage")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ReleaseState.Shadow.class, name = "shadow"),
  @JsonSubTypes.Type(value = ReleaseState.Canary.class, name = "canary"),
  @JsonSubTypes.Type(value = ReleaseState.Live.class, name = "live"),
  @JsonSubTypes.Type(value = ReleaseState.Withdrawn.class, name = "withdrawn")
})
public sealed interface ReleaseState {

  /** Since when. */
  String since();

  /** Loaded, serves nobody. */
  record Shadow(String since) implements ReleaseState {
    Canary canary(double share, String at) {
      return new Canary(share, at);
    }

    Withdrawn withdraw(String why, String at) {
      return new Withdrawn(why, at);
    }
  }

  /** Serves a share of people. */
  record Canary(double share, String since) implements ReleaseState {
    Live promote(String why, String at) {
      return new Live(why, at);
    }

    Withdrawn withdraw(String why, String at) {
      return new Withdrawn(why, at);
    }
  }

  /** Serves all. */
  record Live(String why, String since) implements ReleaseState {
    Withdrawn withdraw(String why, String at) {
      return new Withdrawn(why, at);
    }
  }

  /** Serves nobody any more. */
  record Withdrawn(String why, String since) implements ReleaseState {
    /** What was live before a release that is taken back. */
    Live restore(String why, String at) {
      return new Live(why, at);
    }
  }
}
