package dev.heed.learning.rollout;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.heed.schemas.events.ArtifactKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A release and all that it has been through.
 *
 * @param releaseId UUIDv7
 * @param round that made it
 * @param uri where its bytes are
 * @param sha256 of the bytes
 * @param base version of the base model that it belongs to; empty: any
 * @param replaces the release that was live when this one went to all; empty: none
 * @param steps what happened, oldest first
 */
public record Release(
    String releaseId,
    ArtifactKind kind,
    String name,
    String version,
    int round,
    String dataVersion,
    String uri,
    String sha256,
    Optional<String> base,
    Optional<String> replaces,
    ReleaseState state,
    List<Step> steps) {

  /** A stage, when it was reached, and why. */
  public record Step(String stage, String at, String why) {}

  public Release {
    steps = List.copyOf(steps);
  }

  /** What replies and people call it. */
  @JsonIgnore
  public String fullName() {
    return name + "@" + version;
  }

  Release to(ReleaseState next, String why, Instant at) {
    List<Step> all = new ArrayList<>(steps);
    String stage = next.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    all.add(new Step(stage, at.toString(), why));
    return new Release(
        releaseId, kind, name, version, round, dataVersion, uri, sha256, base, replaces, next, all);
  }

  Release replacing(Optional<String> other) {
    return new Release(
        releaseId, kind, name, version, round, dataVersion, uri, sha256, base, other, state, steps);
  }
}
