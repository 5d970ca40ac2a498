package dev.heed.safety.flow;

import dev.heed.safety.policy.PolicyException;
import dev.heed.safety.policy.PolicyRelease;
import dev.heed.safety.policy.PolicySet;
import dev.heed.schemas.DeadLetter;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.ArtifactKind;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.ReleaseStage;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * The policy that model.releases names (docs/adr/0017). Every pod reads the whole topic and commits
 * nothing; what stands there at start is in force before the first turn. Of a release that is not
 * valid the log names the reason, and the last good one stays.
 */
@Singleton
class PolicyReleases {

  private static final Logger LOG = Logger.getLogger(PolicyReleases.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Map<String, Object> kafka;
  private final EventCodec codec;
  private final SafetyMetrics metrics;
  private final KafkaConsumer<String, byte[]> consumer;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private volatile Optional<PolicySet> current = Optional.empty();
  private Thread listener;
  private long end;

  PolicyReleases(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      EventCodec codec,
      SafetyMetrics metrics) {
    this.kafka = Map.copyOf(kafka);
    this.codec = codec;
    this.metrics = metrics;
    Map<String, Object> config = new HashMap<>(kafka);
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
  }

  void start(@Observes StartupEvent event) {
    listener = Thread.ofPlatform().daemon().name("policy-releases").start(this::listen);
  }

  /**
   * The released policy; empty when none is live. Waits at start until the topic is read, but not
   * for ever: without Kafka no turn comes either.
   */
  Optional<PolicySet> current() {
    try {
      if (!caughtUp.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("The releases are not read yet; the policy without them decides");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return current;
  }

  private void listen() {
    try (consumer) {
      List<TopicPartition> all = List.of(new TopicPartition(Topics.MODEL_RELEASES.name(), 0));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      end = consumer.endOffsets(all).get(all.getFirst());
      while (!Thread.currentThread().isInterrupted()) {
        consumer.poll(POLL).forEach(this::take);
        if (consumer.position(all.getFirst()) >= end) {
          caughtUp.countDown();
        }
      }
    } catch (WakeupException e) {
      // close() asked for it
    } catch (KafkaException e) {
      LOG.errorf("No more policies from the releases: %s", e.getClass().getSimpleName());
    }
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    byte[] value = record.value();
    if (value == null) { // compaction's way to say that there is no release any more
      current = PolicyRelease.NAME.equals(record.key()) ? Optional.empty() : current;
      return;
    }
    try {
      ModelReleased release = codec.decode(value, ModelReleased.class);
      if (release.getKind() == ArtifactKind.POLICY) {
        apply(release);
      }
    } catch (UnreadableEventException e) {
      metrics.deadLetter(record.topic());
      LOG.errorf("A record of model.releases goes to its dead letters: %s", e.getMessage());
      if (record.offset() >= end) {
        DeadLetter.park(kafka, record, e.getMessage());
      }
    } catch (PolicyException e) {
      metrics.policyReload("rejected");
      LOG.errorf("A released policy is not taken: %s", e.getMessage());
    } catch (RuntimeException e) {
      metrics.policyReload("rejected");
      LOG.errorf("A released policy is not taken: %s", e.getClass().getSimpleName());
    }
  }

  private void apply(ModelReleased release) {
    if (release.getStage() == ReleaseStage.WITHDRAWN) {
      current = Optional.empty();
      LOG.info("The released policy is withdrawn");
    } else if (release.getStage() == ReleaseStage.LIVE) {
      current = Optional.of(PolicyRelease.policy(release));
      LOG.infof("Policy %s, by release", release.getVersion());
    } else {
      return;
    }
    metrics.policyReload("accepted");
  }

  @PreDestroy
  void close() throws InterruptedException {
    consumer.wakeup();
    if (listener != null) {
      listener.join(Duration.ofSeconds(5));
    }
  }
}
