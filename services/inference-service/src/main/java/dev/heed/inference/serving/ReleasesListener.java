package dev.heed.inference.serving;

import dev.heed.inference.batching.Scheduler;
import dev.heed.inference.releases.Adapters;
import dev.heed.inference.releases.Artifacts;
import dev.heed.inference.releases.Release;
import dev.heed.inference.runtime.AdapterFile;
import dev.heed.inference.runtime.LoadedAdapter;
import dev.heed.inference.runtime.ModelException;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.ArtifactKind;
import dev.heed.schemas.events.ModelReleased;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads all of model.releases in every pod, without a group, and keeps the adapters that it names
 * for this model. Prompts are taken once all that stood there at the start has been read.
 */
@Startup
@ApplicationScoped
class ReleasesListener {

  private static final Logger LOG = Logger.getLogger(ReleasesListener.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final Map<String, Object> kafka;
  private final EventCodec codec;
  private final Engine engine;
  private final InferenceMetrics metrics;
  private final Judges judges;
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private KafkaConsumer<String, byte[]> consumer;
  private Adapters adapters;
  private Thread thread;

  ReleasesListener(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      EventCodec codec,
      Engine engine,
      InferenceMetrics metrics,
      Judges judges) {
    this.kafka = kafka;
    this.codec = codec;
    this.engine = engine;
    this.metrics = metrics;
    this.judges = judges;
  }

  @PostConstruct
  void start() {
    Scheduler scheduler = engine.whenLoaded().join().engine().scheduler();
    adapters = new Adapters(scheduler::retire);
    metrics.watch(adapters);
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("enable.auto.commit", false);
    settings.put("isolation.level", "read_committed");
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    thread = Thread.ofVirtual().name("releases").start(this::listen);
  }

  /** Ends when all releases of before the start are in use. */
  CompletableFuture<Void> caughtUp() {
    return caughtUp;
  }

  /** The adapter for a person, held for the caller; empty: the base model. */
  Optional<LoadedAdapter> pick(String pseudonym) {
    return adapters.pick(pseudonym);
  }

  private void listen() {
    try (KafkaConsumer<String, byte[]> mine = consumer) {
      Map<TopicPartition, Long> ends = Map.of();
      while (!Thread.currentThread().isInterrupted()) {
        try {
          if (ends.isEmpty()) {
            ends = seek();
          }
          for (ConsumerRecord<String, byte[]> record : mine.poll(POLL)) {
            take(record);
          }
          if (!caughtUp.isDone()
              && ends.entrySet().stream()
                  .allMatch(e -> mine.position(e.getKey()) >= e.getValue())) {
            caughtUp.complete(null);
          }
        } catch (WakeupException e) {
          throw e;
        } catch (KafkaException e) {
          LOG.errorf("Releases cannot be read: %s", e.getClass().getSimpleName());
          LockSupport.parkNanos(POLL.toNanos());
        }
      }
    } catch (WakeupException e) {
      // stop() asked for it
    }
  }

  private Map<TopicPartition, Long> seek() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.MODEL_RELEASES.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException(Topics.MODEL_RELEASES.name() + " is missing");
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer.endOffsets(partitions);
  }

  private void take(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      ModelReleased event = codec.decode(record.value(), ModelReleased.class);
      if (event.getKind() == ArtifactKind.ADAPTER) {
        stage(event).ifPresent(stage -> apply(event, stage));
      } else if (event.getKind() == ArtifactKind.REWARD) {
        stage(event).ifPresent(stage -> metrics.release(judges.apply(event, stage)));
      }
    } catch (UnreadableEventException e) {
      LOG.warnf("A record of model.releases cannot be read: %s", e.getMessage());
    }
  }

  private static Optional<Release.Stage> stage(ModelReleased event) {
    return switch (event.getStage()) {
      case SHADOW -> Optional.of(Release.Stage.SHADOW);
      case CANARY -> Optional.of(Release.Stage.CANARY);
      case LIVE -> Optional.of(Release.Stage.LIVE);
      case WITHDRAWN -> Optional.of(Release.Stage.WITHDRAWN);
      case UNKNOWN -> Optional.empty();
    };
  }

  private void apply(ModelReleased event, Release.Stage stage) {
    Release release =
        new Release(
            event.getReleaseId(),
            event.getName(),
            event.getVersion(),
            event.getShare(),
            stage,
            event.getAt());
    if (stage == Release.Stage.WITHDRAWN) {
      adapters.withdraw(release);
      metrics.release("withdrawn");
    } else if (adapters.holds(release)) {
      adapters.move(release);
      metrics.release("applied");
    } else {
      metrics.release(load(event, release));
    }
    LOG.infof("Adapter %s is %s", release.title(), stage);
  }

  /** Loads an adapter; what came of it. */
  private String load(ModelReleased event, Release release) {
    Engine.Loaded loaded = engine.whenLoaded().join();
    if (event.getBase() != null && !event.getBase().equals(loaded.model().getVersion())) {
      return refused(release, "other_base");
    }
    try {
      byte[] bytes = Artifacts.read(event.getUri(), event.getSha256());
      var adapter = loaded.engine().scheduler().load(release.title(), AdapterFile.parse(bytes));
      adapters.put(release, adapter);
      return "applied";
    } catch (Artifacts.Refused e) {
      return refused(release, e.code());
    } catch (ModelException e) {
      LOG.warnf("Adapter %s: %s", release.title(), e.getMessage());
      return refused(release, "unfit");
    }
  }

  private static String refused(Release release, String code) {
    LOG.warnf("Adapter %s is not used: %s", release.title(), code);
    return code;
  }

  @PreDestroy
  void stop() throws InterruptedException {
    consumer.wakeup();
    thread.join(Duration.ofSeconds(5));
  }
}
