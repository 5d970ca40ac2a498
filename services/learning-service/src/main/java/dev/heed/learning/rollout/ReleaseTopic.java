package dev.heed.learning.rollout;

import dev.heed.learning.topics.Announcer;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.ReleaseStage;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/**
 * Writes {@code model.releases}. The key names one version, so that compaction keeps what is live
 * while a canary of the same name runs.
 */
@ApplicationScoped
public class ReleaseTopic {

  private final Announcer announcer;

  ReleaseTopic(Announcer announcer) {
    this.announcer = announcer;
  }

  /**
   * Returns when Kafka has it.
   *
   * @throws org.apache.kafka.common.KafkaException when it does not take it in time
   */
  void publish(Release release) {
    announcer.announce(Topics.MODEL_RELEASES, release.fullName(), event(release));
  }

  private static ModelReleased event(Release release) {
    ReleaseStage stage =
        switch (release.state()) {
          case ReleaseState.Shadow _ -> ReleaseStage.SHADOW;
          case ReleaseState.Canary _ -> ReleaseStage.CANARY;
          case ReleaseState.Live _ -> ReleaseStage.LIVE;
          case ReleaseState.Withdrawn _ -> ReleaseStage.WITHDRAWN;
        };
    double share =
        switch (release.state()) {
          case ReleaseState.Canary canary -> canary.share();
          case ReleaseState.Live _ -> 1;
          case ReleaseState.Shadow _, ReleaseState.Withdrawn _ -> 0;
        };
    return ModelReleased.newBuilder()
        .setReleaseId(release.releaseId())
        .setKind(release.kind())
        .setName(release.name())
        .setVersion(release.version())
        .setUri(release.uri())
        .setSha256(release.sha256())
        .setShare(share)
        .setAt(Instant.now())
        .setStage(stage)
        .setBase(release.base().orElse(null))
        .setDataVersion(release.dataVersion())
        .build();
  }
}
