package dev.heed.safety.flow;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.safety.policy.Policy;
import dev.heed.safety.screening.Judgement;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Screener;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.ConversationChanged;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.schemas.events.TurnSubmitted;
import io.opentelemetry.context.Context;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** chat.turns to chat.prompts, or to a refusal in chat.replies. */
@ApplicationScoped
class TurnScreening {

  private final SafetyConfig config;
  private final EventCodec codec;
  private final Screener screener;
  private final Policies policies;
  private final History history;
  private final Outbox outbox;
  private final SafetyMetrics metrics;
  private final Lanes lanes;
  private final Cache<String, Boolean> done;

  TurnScreening(
      SafetyConfig config,
      EventCodec codec,
      Screener screener,
      Policies policies,
      Outbox outbox,
      SafetyMetrics metrics) {
    this.config = config;
    this.codec = codec;
    this.screener = screener;
    this.history = new History(screener, metrics);
    this.policies = policies;
    this.outbox = outbox;
    this.metrics = metrics;
    this.lanes = new Lanes("turns", config.lanes());
    this.done = Caffeine.newBuilder().maximumSize(config.trackedReplies()).build();
  }

  @Incoming("turns")
  Flow.Subscriber<org.eclipse.microprofile.reactive.messaging.Message<byte[]>> turns() {
    return new RecordSubscriber(
        Topics.TURNS.name(), lanes, config.inFlight(), this::handle, metrics);
  }

  private CompletionStage<Void> handle(byte[] value, Context trace) {
    SpecificRecord event = codec.decode(value);
    return switch (event) {
      case TurnSubmitted turn -> screen(turn, trace);
      case ConversationChanged other -> CompletableFuture.completedFuture(null);
      default ->
          throw new UnprocessableRecordException(
              "a " + event.getSchema().getName() + " does not belong in chat.turns");
    };
  }

  private CompletionStage<Void> screen(TurnSubmitted turn, Context trace) {
    if (done.getIfPresent(turn.getReplyId()) != null) {
      metrics.dropped("duplicate");
      return CompletableFuture.completedFuture(null);
    }
    CompletionStage<Void> written = decide(turn, trace);
    return written.thenRun(() -> done.put(turn.getReplyId(), true));
  }

  private CompletionStage<Void> decide(TurnSubmitted turn, Context trace) {
    if (turn.getMessages().isEmpty()) {
      return outbox.reply(Events.failed(turn, "invalid_turn"), trace);
    }
    if (turn.getDeadline().isBefore(Instant.now())) {
      return outbox.reply(Events.failed(turn, "deadline"), trace);
    }
    String conversation = turn.getConversationId();
    Policy policy = policies.of(turn.getTenant(), conversation, turn.getPseudonym());
    Judgement judgement = history.judge(turn, policy);
    metrics.verdict(Role.USER, judgement);
    policies.turn(turn.getTenant(), conversation, turn.getPseudonym(), judgement);
    CompletionStage<Void> first =
        judgement.passes()
            ? forward(turn, judgement, policy, trace)
            : refuse(turn, judgement, policy, trace);
    TurnScreened record = Events.screened(turn, judgement);
    metrics.marked(Role.USER, record.getPii());
    return Stages.both(first, outbox.verdict(record, trace));
  }

  /** At once, or later: no thread waits meanwhile, and never past half of what time is left. */
  private CompletionStage<Void> forward(
      TurnSubmitted turn, Judgement judgement, Policy policy, Context trace) {
    PromptScreened prompt = Events.prompt(turn, history.screened(turn, policy));
    Duration wanted = policies.delay(turn.getConversationId(), turn.getPseudonym(), judgement);
    Duration most = Duration.between(Instant.now(), turn.getDeadline()).dividedBy(2);
    Duration delay = wanted.compareTo(most) > 0 ? most : wanted;
    if (!delay.isPositive()) {
      return outbox.prompt(prompt, trace);
    }
    metrics.slowed(judgement);
    return CompletableFuture.runAsync(
            () -> {}, CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS))
        .thenCompose(nothing -> outbox.prompt(prompt, trace));
  }

  private CompletionStage<Void> refuse(
      TurnSubmitted turn, Judgement judgement, Policy policy, Context trace) {
    metrics.refused(Role.USER, judgement);
    if (judgement.overloaded()) {
      return outbox.reply(Events.failed(turn, "overloaded"), trace);
    }
    String canned = policy.message(judgement.message(), turn.getReplyId());
    return outbox.reply(Events.refused(turn, judgement, canned), trace);
  }

  @PreDestroy
  void close() {
    lanes.close();
  }
}
