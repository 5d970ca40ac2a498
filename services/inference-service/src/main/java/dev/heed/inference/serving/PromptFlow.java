package dev.heed.inference.serving;

import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.drafting.DraftChunker;
import dev.heed.inference.generation.Candidates;
import dev.heed.inference.generation.ReplyRequest;
import dev.heed.inference.runtime.LoadedAdapter;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventMessages;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ModelRef;
import dev.heed.schemas.events.PromptScreened;
import io.opentelemetry.context.Context;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** chat.prompts to chat.drafts: one prompt, one attempt at its reply. */
@ApplicationScoped
class PromptFlow {

  private static final int BUFFER = 16_384;
  private static final long ATTEMPT_EPOCH = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final long ATTEMPT_MILLIS = 100;

  private final EventCodec codec;
  private final Engine engine;
  private final Cancellations cancellations;
  private final InferenceMetrics metrics;
  private final ReleasesListener releases;
  private final Judges judges;
  private final MutinyEmitter<byte[]> drafts;
  private final AtomicInteger lastAttempt = new AtomicInteger();
  private final Map<String, CompletionStage<Finish>> writing = new ConcurrentHashMap<>();

  PromptFlow(
      EventCodec codec,
      Engine engine,
      Cancellations cancellations,
      InferenceMetrics metrics,
      ReleasesListener releases,
      Judges judges,
      @Channel("drafts") @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = BUFFER)
          MutinyEmitter<byte[]> drafts) {
    this.codec = codec;
    this.engine = engine;
    this.cancellations = cancellations;
    this.metrics = metrics;
    this.releases = releases;
    this.judges = judges;
    this.drafts = drafts;
  }

  /**
   * Writes the reply to a prompt.
   *
   * @return ends when all of it is in Kafka
   */
  CompletionStage<Finish> reply(byte[] value, Context trace) {
    PromptScreened prompt = codec.decode(value, PromptScreened.class);
    Engine.Loaded loaded = engine.whenLoaded().join();
    ReplyRequest request;
    try {
      request = Requests.of(prompt, loaded.engine().model());
    } catch (IllegalArgumentException e) {
      return refuse(prompt, loaded, 0, "model_error", trace);
    }
    if (cancellations.contains(prompt.getReplyId())) {
      return refuse(prompt, loaded, request.prompt().length, "cancelled", trace);
    }
    Optional<LoadedAdapter> adapter = releases.pick(prompt.getPseudonym());
    DraftReply reply = draft(prompt, loaded.model(adapter), request.prompt().length, trace);
    var other = writing.putIfAbsent(prompt.getReplyId(), reply.end());
    if (other != null) {
      // Delivered again after a rebalance while it is being written here: both end together.
      adapter.ifPresent(loaded.engine().scheduler()::retire);
      return other;
    }
    Admission admission = submit(loaded, prompt, request.with(adapter), new DraftChunker(reply));
    if (admission != Admission.ACCEPTED) {
      writing.remove(prompt.getReplyId());
      return turnAway(prompt, loaded, request.prompt().length, admission, trace);
    }
    var unused = reply.end().whenComplete((f, e) -> writing.remove(prompt.getReplyId()));
    if (cancellations.contains(prompt.getReplyId())) {
      // Cancelled between the two looks; the listener may have missed it.
      loaded.engine().scheduler().stop(prompt.getReplyId(), Finish.CANCELLED);
    }
    return reply.end();
  }

  /** One reply, or the best of several where there is somebody to judge them. */
  private Admission submit(
      Engine.Loaded loaded, PromptScreened prompt, ReplyRequest request, DraftChunker chunker) {
    if (engine.candidates() < 2 || !judges.present() || request.sampling().temperature() == 0) {
      return loaded.engine().submit(request, chunker);
    }
    return Candidates.submit(
        loaded.engine(),
        request,
        engine.candidates(),
        replies -> judges.best(Requests.messages(prompt), replies),
        judges.thread(),
        chunker);
  }

  private CompletionStage<Finish> turnAway(
      PromptScreened prompt,
      Engine.Loaded loaded,
      int promptTokens,
      Admission admission,
      Context trace) {
    if (admission == Admission.STOPPING || admission == Admission.DUPLICATE) {
      // Not acknowledged: whoever holds the partition next takes it up.
      return CompletableFuture.completedFuture(Finish.HANDED_OVER);
    }
    metrics.refused(admission);
    return refuse(prompt, loaded, promptTokens, admission.code(), trace);
  }

  private CompletionStage<Finish> refuse(
      PromptScreened prompt, Engine.Loaded loaded, int promptTokens, String code, Context trace) {
    DraftReply reply = draft(prompt, loaded.model(), promptTokens, trace);
    FinishReason reason =
        switch (code) {
          case "cancelled" -> FinishReason.CANCELLED;
          case "deadline" -> FinishReason.DEADLINE;
          case "model_error" -> FinishReason.ERROR;
          default -> FinishReason.REJECTED;
        };
    reply.fail(code, reason);
    return reply.end();
  }

  private DraftReply draft(PromptScreened prompt, ModelRef model, int promptTokens, Context trace) {
    return new DraftReply(prompt, model, attempt(), promptTokens, chunk -> write(chunk, trace));
  }

  /** Tenths of a second since 2026: larger whenever a prompt is taken up again, on any pod. */
  private int attempt() {
    int now = (int) ((System.currentTimeMillis() - ATTEMPT_EPOCH) / ATTEMPT_MILLIS);
    return lastAttempt.accumulateAndGet(now, Math::max);
  }

  private CompletionStage<Void> write(DraftChunk chunk, Context trace) {
    return drafts
        .sendMessage(
            EventMessages.message(
                codec, Topics.DRAFTS, chunk.getConversationId(), chunk, Topics.INFERENCE, trace))
        .subscribeAsCompletionStage();
  }
}
