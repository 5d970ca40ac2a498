package dev.heed.chat.live;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.metrics.ChatMeters;
import dev.heed.chat.store.Conversations;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TurnSubmitted;
import dev.heed.schemas.events.Usage;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
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

  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Cache<String, LiveReply> live;

  /** Those of this replica's own turns that have not ended: never evicted. */
  private final Map<String, LiveReply> running = new ConcurrentHashMap<>();

  private final EventCodec codec;
  private final ChatConfig config;
  private final ChatMeters meters;
  private final Conversations conversations;
  private final Admission admission;
  private final ScheduledExecutorService deadlines =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("reply-deadlines").factory());

  Replies(
      EventCodec codec,
      ChatConfig config,
      ChatMeters meters,
      Conversations conversations,
      Admission admission) {
    this.codec = codec;
    this.config = config;
    this.meters = meters;
    this.conversations = conversations;
    this.admission = admission;
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
    meters.turn();
    deadlines.schedule(
        () -> expire(turn),
        Duration.between(Instant.now(), turn.getDeadline()).plus(GRACE).toMillis(),
        TimeUnit.MILLISECONDS);
    return reply;
  }

  /** The reply of that id, now or when it comes. */
  public LiveReply of(String replyId) {
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
    try {
      accept(codec.decode(message.getPayload(), ReplyChunk.class));
      return message.ack();
    } catch (UnreadableEventException e) {
      // The conversation store reads the same record and sends it to the dead letters, once.
      return message.ack();
    }
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
      running.remove(chunk.getReplyId());
      conversations.ended(chunk);
      if (admission.release(chunk.getReplyId())) {
        meters.ended(chunk.getKind().name(), taken, reply.size());
      }
    }
  }

  private void expire(TurnSubmitted turn) {
    find(turn.getReplyId())
        .filter(reply -> !reply.ended())
        .ifPresent(reply -> accept(timedOut(turn, reply)));
  }

  /** This replica's own end of a reply that did not come; it is shown, not written to any topic. */
  private static ReplyChunk timedOut(TurnSubmitted turn, LiveReply reply) {
    return ReplyChunk.newBuilder()
        .setConversationId(turn.getConversationId())
        .setTurnId(turn.getTurnId())
        .setReplyId(turn.getReplyId())
        .setPseudonym(turn.getPseudonym())
        .setReplica(turn.getReplica())
        .setAttempt(Integer.MAX_VALUE)
        .setSequence(reply.size())
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
  }
}
