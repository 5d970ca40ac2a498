package dev.heed.inference.releases;

import java.time.Instant;

/**
 * One artifact as it was released.
 *
 * @param id of the release
 * @param name of the artifact
 * @param version of the artifact
 * @param share of people that a canary serves, [0, 1]
 * @param stage how far it has come
 * @param at when
 */
public record Release(
    String id, String name, String version, double share, Stage stage, Instant at) {

  /** How far a release has come. */
  public enum Stage {
    /** Loaded; serves nobody. */
    SHADOW,
    /** Serves its share of people. */
    CANARY,
    /** Serves everyone. */
    LIVE,
    /** Serves nobody from now on. */
    WITHDRAWN
  }

  /** What it is called on what it writes. */
  public String title() {
    return name + "@" + version;
  }
}
