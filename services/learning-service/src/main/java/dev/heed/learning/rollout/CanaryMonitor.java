package dev.heed.learning.rollout;

import dev.heed.learning.config.ReleaseConfig;
import dev.heed.learning.metrics.RoundMeters;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.ArtifactKind;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * Watches canaries in replies and feedback as they come, and decides. It counts everybody, whether
 * they share their conversations or not: of nobody's text a word is kept, only which of two sums
 * their number went into.
 */
@Startup
@ApplicationScoped
public class CanaryMonitor {

  private static final Logger LOG = Logger.getLogger(CanaryMonitor.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final long SAVE_NANOS = 1_000_000_000L;
  private static final String RUDE = "RUDE";

  private final Rollouts rollouts;
  private final ReleaseConfig config;
  private final RoundMeters meters;
  private final EventCodec codec;
  private final KafkaConsumer<String, byte[]> consumer;
  private final Map<String, CanaryWatch> watches = new HashMap<>();
  private final Thread thread;
  private volatile boolean stopping;
  private long saved;

  CanaryMonitor(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      Rollouts rollouts,
      ReleaseConfig config,
      RoundMeters meters,
      EventCodec codec) {
    this.rollouts = rollouts;
    this.config = config;
    this.meters = meters;
    this.codec = codec;
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    thread = Thread.ofPlatform().name("canary-monitor").start(this::run);
  }

  private void run() {
    while (!stopping) {
      try {
        rollouts.tick();
        step();
      } catch (IOException | RuntimeException e) {
        if (!stopping) {
          LOG.errorf("watching canaries failed (%s), trying again", e.getClass());
          pause();
        }
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  private void step() throws IOException {
    List<Release> canaries = rollouts.canaries();
    follow(canaries);
    if (canaries.isEmpty()) {
      pause();
      return;
    }
    for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
      for (Release canary : canaries) {
        Optional<CanaryWatch> watch = Optional.ofNullable(watches.get(canary.releaseId()));
        if (watch.isPresent()) { // an earlier record of this poll may have ended it
          count(record, canary, watch.get());
        }
      }
    }
    if (System.nanoTime() - saved > SAVE_NANOS) {
      for (Release canary : canaries) {
        if (watches.containsKey(canary.releaseId())) {
          rollouts.keep(canary, watches.get(canary.releaseId()));
        }
      }
      saved = System.nanoTime();
    }
  }

  /** Reads on from where the canaries were left, when there are others than before. */
  private void follow(List<Release> canaries) throws IOException {
    List<String> ids = canaries.stream().map(Release::releaseId).toList();
    if (watches.keySet().equals(java.util.Set.copyOf(ids))) {
      return;
    }
    watches.keySet().retainAll(ids);
    List<TopicPartition> partitions =
        List.of(Topics.REPLIES, Topics.FEEDBACK_WEIGHTED).stream()
            .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    Map<String, Long> ends = new HashMap<>();
    consumer.endOffsets(partitions).forEach((p, offset) -> ends.put(name(p), offset));
    for (Release canary : canaries) {
      if (!watches.containsKey(canary.releaseId())) {
        CanaryWatch watch =
            rollouts
                .watch(canary)
                .orElseGet(() -> new CanaryWatch(canary.releaseId(), config, ends));
        rollouts.keep(canary, watch);
        watches.put(canary.releaseId(), watch);
      }
    }
    for (TopicPartition partition : partitions) {
      long from =
          watches.values().stream()
              .mapToLong(w -> w.offsets().getOrDefault(name(partition), 0L))
              .min()
              .orElse(ends.get(name(partition)));
      consumer.seek(partition, from);
    }
  }

  private static String name(TopicPartition partition) {
    return partition.topic() + "/" + partition.partition();
  }

  private void count(ConsumerRecord<String, byte[]> record, Release canary, CanaryWatch watch)
      throws IOException {
    String partition = record.topic() + "/" + record.partition();
    boolean counted = record.offset() < watch.offsets().getOrDefault(partition, 0L);
    if (counted || !(canary.state() instanceof ReleaseState.Canary state)) {
      return;
    }
    watch.at(partition, record.offset() + 1);
    if (record.value() == null) {
      return;
    }
    try {
      switch (codec.decode(record.value())) {
        case ReplyChunk chunk -> reply(chunk, canary, state, watch);
        case FeedbackWeighted weighted -> feedback(weighted, state, watch);
        default -> {} // not of these topics
      }
    } catch (UnreadableEventException e) {
      return; // the intake parks it with its cause
    }
    Optional<CanaryWatch.Decision> decision = watch.decide(config);
    if (decision.isPresent()) {
      decide(canary, watch, decision.get(), record.timestamp());
    }
  }

  private void reply(
      ReplyChunk chunk, Release canary, ReleaseState.Canary state, CanaryWatch watch) {
    boolean ofPerson = chunk.getKind() == ReplyKind.REFUSAL && chunk.getAttempt() == 0;
    if (!chunk.getLast() || ofPerson || before(state, chunk.getReplyId())) {
      return;
    }
    String person = chunk.getPseudonym();
    boolean served = Stickiness.serves(canary.releaseId(), person, state.share());
    boolean content = chunk.getKind() == ReplyKind.CONTENT;
    if (content && served && canary.kind() == ArtifactKind.ADAPTER && !writtenBy(chunk, canary)) {
      return; // the pod has not loaded it yet
    }
    watch.observe(Watched.REFUSED, person, state.share(), content ? 0 : 1);
    if (content) {
      double millis =
          Duration.between(accepted(chunk.getReplyId()), chunk.getWrittenAt()).toMillis();
      watch.observe(
          Watched.LATENCY, person, state.share(), millis / config.latencyCap().toMillis());
    }
  }

  private static boolean writtenBy(ReplyChunk chunk, Release canary) {
    return chunk.getModel() != null && canary.fullName().equals(chunk.getModel().getAdapter());
  }

  private static boolean before(ReleaseState.Canary state, String replyId) {
    return accepted(replyId).isBefore(Instant.parse(state.since()));
  }

  /** When a turn was accepted: its reply's id was chosen then, and a UUIDv7 tells the time. */
  private static Instant accepted(String replyId) {
    String hex = replyId.substring(0, 8) + replyId.substring(9, 13);
    return Instant.ofEpochMilli(Long.parseLong(hex, 16));
  }

  private static void feedback(
      FeedbackWeighted weighted, ReleaseState.Canary state, CanaryWatch watch) {
    boolean first = weighted.getRevision() == 0 && !weighted.getRetracted();
    if (!first
        || weighted.getKind() != FeedbackKind.THUMBS
        || before(state, weighted.getReplyId())) {
      return;
    }
    boolean down = "down".equals(weighted.getLabel());
    double right = weighted.getPRight();
    String person = weighted.getPseudonym();
    watch.observe(Watched.BAD, person, state.share(), down ? right : 1 - right);
    boolean rude = down && weighted.getReasons().contains(RUDE);
    watch.observe(Watched.RUDE, person, state.share(), rude ? right : 0);
  }

  private void decide(
      Release canary, CanaryWatch watch, CanaryWatch.Decision decision, long tippedAt)
      throws IOException {
    rollouts.keep(canary, watch);
    switch (decision) {
      case WITHDRAW -> {
        rollouts.withdraw(canary.releaseId(), "canary: " + watch.worst().label());
        meters.rolledBack(Duration.ofMillis(System.currentTimeMillis() - tippedAt));
      }
      case PROMOTE -> rollouts.promote(canary.releaseId(), "canary: no harm within the margins");
    }
    watches.remove(canary.releaseId());
  }

  @PreDestroy
  void stop() throws InterruptedException {
    stopping = true;
    consumer.wakeup();
    thread.interrupt();
    thread.join(Duration.ofSeconds(5));
    try {
      consumer.close();
    } catch (KafkaException e) {
      LOG.debugf("the consumer of canaries did not close (%s)", e.getClass());
    }
  }
}
