package dev.heed.chat.live;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.metrics.ChatMeters;
import dev.heed.chat.store.StoredMessage;
import dev.heed.schemas.SchemaCatalog;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TurnSubmitted;
import dev.heed.schemas.events.Usage;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Every reply of late, from chat.replies: each replica reads all of it, so a stream can be resumed
 * on any. A reply whose last chunk does not come by its deadline ends here, visibly.
 */
@ApplicationScoped
public class Replies {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Cache<String, LiveReply> live;

  /** Those of this replica's own turns that have not ended: never evicted. */
  private final Map<String, LiveReply> running = new ConcurrentHashMap<>();

  private final Map<String, Future<?>> ends = new ConcurrentHashMap<>();
  private final ChatConfig config;
  private final ChatMeters meters;
  private final Admission admission;
  private final LateChunks chunks;
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("reply-deadlines").factory());

  Replies(SchemaCatalog catalog, ChatConfig config, ChatMeters meters, Admission admission) {
    this.config = config;
    this.meters = meters;
    this.admission = admission;
    chunks = new LateChunks(catalog, PATIENCE, this::accept);
    deadlines.setRemoveOnCancelPolicy(true);
    live =
        Caffeine.newBuilder()
            .maximumSize(config.keptReplies())
            .expireAfterAccess(config.deadline().multipliedBy(10))
            .build();
  }

  /** Opens the reply of a turn before it is sent, so that nothing of it is missed. */
  public LiveReply open(TurnSubmitted turn) {
    LiveReply reply = of(turn.getReplyId());
    running.put(turn.getReplyId(), reply);
    endBy(turn.getConversationId(), turn.getReplyId(), turn.getDeadline());
    return reply;
  }

  /** Forgets the reply of a turn that could not be sent. */
  public void abandon(String replyId) {
    running.remove(replyId);
    live.invalidate(replyId);
    cancelEnd(replyId);
  }

  /** The reply to follow of a message that is not ended in the store, of any replica's turn. */
  public LiveReply follow(String conversationId, StoredMessage message) {
    LiveReply reply = of(message.id());
    if (!reply.ended() && message.deadline() > 0) {
      endBy(conversationId, message.id(), Instant.ofEpochMilli(message.deadline()));
    }
    return reply;
  }

  private void endBy(String conversationId, String replyId, Instant deadline) {
    Duration left = Duration.between(Instant.now(), deadline);
    ends.computeIfAbsent(
        replyId,
        id ->
            deadlines.schedule(
                () -> expire(conversationId, id),
                left.toMillis() + StoredMessage.GRACE_MILLIS,
                TimeUnit.MILLISECONDS));
  }

  private void cancelEnd(String replyId) {
    Future<?> end = ends.remove(replyId);
    if (end != null) {
      end.cancel(false);
    }
  }

  private LiveReply of(String replyId) {
    LiveReply own = running.get(replyId);
    return own != null
        ? own
        : live.get(replyId, id -> new LiveReply(id, Instant.now(), config.maxChunks()));
  }

  /** The reply of that id if this replica has heard of it. */
  public Optional<LiveReply> find(String replyId) {
    return Optional.ofNullable(running.get(replyId))
        .or(() -> Optional.ofNullable(live.getIfPresent(replyId)));
  }

  @Incoming("replies")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  CompletionStage<Void> take(Message<byte[]> message) {
    Object key =
        message
            .getMetadata(IncomingKafkaRecordMetadata.class)
            .map(IncomingKafkaRecordMetadata::getKey)
            .orElse(null);
    // Without a key or a value it is nobody's; the conversation store parks it.
    if (key instanceof String conversationId && message.getPayload() != null) {
      chunks.take(conversationId, message.getPayload());
    }
    return message.ack();
  }

  private void accept(ReplyChunk chunk) {
    LiveReply reply = of(chunk.getReplyId());
    boolean first = reply.size() == 0;
    if (!reply.add(chunk)) {
      return;
    }
    boolean ours = admission.holds(chunk.getReplyId());
    Duration taken = Duration.between(reply.begun(), Instant.now());
    if (first && ours) {
      meters.firstText(taken);
    }
    if (chunk.getLast()) {
      // Kept for who resumes; no longer for who wrote it.
      live.put(chunk.getReplyId(), reply);
      running.remove(chunk.getReplyId());
      cancelEnd(chunk.getReplyId());
      if (admission.release(chunk.getReplyId())) {
        meters.ended(chunk.getKind().name(), taken, reply.size());
      }
    }
  }

  private void expire(String conversationId, String replyId) {
    ends.remove(replyId);
    find(replyId)
        .filter(reply -> !reply.ended())
        .ifPresent(reply -> accept(timedOut(conversationId, reply)));
  }

  /** This replica's own end of a reply that did not come; it is shown, not written to any topic. */
  private static ReplyChunk timedOut(String conversationId, LiveReply reply) {
    Optional<ReplyChunk> newest = reply.newest();
    return ReplyChunk.newBuilder()
        .setConversationId(conversationId)
        .setTurnId("")
        .setReplyId(reply.replyId())
        .setPseudonym("")
        .setReplica("")
        .setAttempt(newest.map(ReplyChunk::getAttempt).orElse(0))
        .setSequence(newest.map(chunk -> chunk.getSequence() + 1).orElse(0))
        .setKind(ReplyKind.FAILURE)
        .setText("")
        .setLast(true)
        .setFinishReason(FinishReason.DEADLINE)
        .setError("deadline")
        .setUsage(new Usage(0, 0, 0))
        .setWrittenAt(Instant.now())
        .build();
  }

  @PreDestroy
  void stop() {
    deadlines.shutdownNow();
    chunks.close();
  }
}
