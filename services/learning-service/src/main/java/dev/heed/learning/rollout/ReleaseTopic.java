package dev.heed.learning.rollout;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.ReleaseStage;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes {@code model.releases}. The key names one version, so that compaction keeps what is live
 * while a canary of the same name runs.
 */
@ApplicationScoped
public class ReleaseTopic {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KafkaProducer<String, byte[]> producer;
  private final EventCodec codec;

  ReleaseTopic(@Identifier("default-kafka-broker") Map<String, Object> kafka, EventCodec codec) {
    this.codec = codec;
    Map<String, Object> config = new HashMap<>(kafka);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) PATIENCE.toMillis());
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
  }

  /**
   * Returns when Kafka has it.
   *
   * @throws KafkaException when it does not take it in time
   */
  void publish(Release release) {
    ModelReleased event = event(release);
    try {
      producer
          .send(
              EventRecords.record(
                  codec, Topics.MODEL_RELEASES, release.fullName(), event, Topics.LEARNING))
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("a release was not taken", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
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

  @PreDestroy
  void stop() {
    producer.close(PATIENCE);
  }
}
