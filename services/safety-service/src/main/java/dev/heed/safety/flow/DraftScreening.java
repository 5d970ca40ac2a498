package dev.heed.safety.flow;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.safety.policy.Policy;
import dev.heed.safety.screening.Judgement;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Screener;
import dev.heed.safety.screening.Subject;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TurnScreened;
import io.opentelemetry.context.Context;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * chat.drafts to chat.replies with hold-back: a chunk leaves when the reply up to and including it
 * has passed; a reply that turned unsafe is taken back before the chunk that made it so is shown.
 */
@ApplicationScoped
class DraftScreening {

  /**
   * Characters before a chunk that are judged with it while a reply runs; what lies before was
   * judged with the chunks before. The last chunk is judged with the whole reply.
   */
  private static final int TAIL = 600;

  /** Characters of the last words that are judged on their own as well: a sentence or two. */
  private static final int RECENT = 140;

  /** Up to this many a text is judged as one. */
  private static final int SHORT = 160;

  private static final Set<String> ERRORS =
      Set.of("overloaded", "deadline", "prompt_too_long", "model_error", "cancelled", "internal");
  private static final String OTHER_ERROR = "model_error";

  private final SafetyConfig config;
  private final EventCodec codec;
  private final Screener screener;
  private final Policies policies;
  private final Outbox outbox;
  private final SafetyMetrics metrics;
  private final Lanes lanes;
  private final Cache<String, ReplyProgress> replies;

  DraftScreening(
      SafetyConfig config,
      EventCodec codec,
      Screener screener,
      Policies policies,
      Outbox outbox,
      SafetyMetrics metrics) {
    this.config = config;
    this.codec = codec;
    this.screener = screener;
    this.policies = policies;
    this.outbox = outbox;
    this.metrics = metrics;
    this.lanes = new Lanes("drafts", config.lanes());
    this.replies = Caffeine.newBuilder().maximumSize(config.trackedReplies()).build();
  }

  @Incoming("drafts")
  Flow.Subscriber<Message<byte[]>> drafts() {
    return new RecordSubscriber(
        Topics.DRAFTS.name(), lanes, config.inFlight(), this::handle, metrics);
  }

  private CompletionStage<Void> handle(byte[] value, Context trace) {
    long arrived = System.nanoTime();
    DraftChunk chunk = codec.decode(value, DraftChunk.class);
    ReplyProgress known = replies.getIfPresent(chunk.getReplyId());
    if (known != null && isOld(chunk, known)) {
      return CompletableFuture.completedFuture(null);
    }
    ReplyProgress before =
        known != null && known.attempt() == chunk.getAttempt()
            ? known
            : ReplyProgress.of(chunk.getAttempt(), known != null && known.shown());
    if (chunk.getError() != null) {
      return fail(chunk, before, trace);
    }
    return screen(chunk, before, trace, arrived);
  }

  private boolean isOld(DraftChunk chunk, ReplyProgress known) {
    if (known.refused()) {
      metrics.dropped("withdrawn");
      return true;
    }
    if (chunk.getAttempt() < known.attempt()) {
      metrics.dropped("old_attempt");
      return true;
    }
    if (chunk.getAttempt() == known.attempt()
        && (known.closed() || chunk.getSequence() < known.next())) {
      metrics.dropped("duplicate");
      return true;
    }
    return false;
  }

  private CompletionStage<Void> screen(
      DraftChunk chunk, ReplyProgress before, Context trace, long arrived) {
    Policy policy = policies.of(chunk.getTenant(), chunk.getConversationId(), chunk.getPseudonym());
    String text = judged(chunk, before);
    Judgement judgement = judge(chunk, text, !before.shown(), policy);
    if (!judgement.passes()) {
      return take(chunk, before, judgement, policy, trace);
    }
    String shown = unreleased(chunk, before);
    if (!text.endsWith(shown)) {
      // Cannot happen while judged() and unreleased() agree; if they ever do not, nothing leaves.
      metrics.unscreened(shown.length());
      throw new UnprocessableRecordException("a text was about to leave without its verdict");
    }
    return release(chunk, before, judgement, shown, trace, arrived);
  }

  /**
   * A long text and its last words are judged apart: one sentence that turns unsafe is lost in the
   * harmless ones before it.
   */
  private Judgement judge(DraftChunk chunk, String text, boolean urgent, Policy policy) {
    Judgement whole = screener.screen(new Subject(context(chunk), text, Role.BOT, urgent), policy);
    int words = lastWords(text);
    if (!whole.passes() || words == 0) {
      return whole;
    }
    Subject recent = new Subject(context(chunk), text.substring(words), Role.BOT, urgent);
    Judgement last = screener.screen(recent, policy);
    return last.passes() ? whole : last;
  }

  /** Where the last words of a long text begin, at a space when there is one; 0 of a short one. */
  private static int lastWords(String text) {
    if (text.length() <= SHORT) {
      return 0;
    }
    int from = text.length() - RECENT;
    int space = text.indexOf(' ', from);
    return space < 0 ? from : Math.min(space + 1, text.length() - 1);
  }

  private CompletionStage<Void> release(
      DraftChunk chunk,
      ReplyProgress before,
      Judgement judgement,
      String shown,
      Context trace,
      long arrived) {
    String whole = chunk.getPreceding() + chunk.getText();
    ReplyChunk.Builder reply =
        Events.reply(chunk)
            .setKind(ReplyKind.CONTENT)
            .setText(shown)
            .setLast(chunk.getLast())
            // Of a text that was cut otherwise, nobody can say which tokens are its own.
            .setLogprobs(shown.equals(chunk.getText()) ? chunk.getLogprobs() : List.of())
            .setVerdict(judgement.verdict());
    if (chunk.getLast()) {
      reply.setWholeText(whole).setFinishReason(finish(chunk));
    }
    replies.put(
        chunk.getReplyId(), before.after(chunk.getSequence(), whole.length(), chunk.getLast()));
    CompletionStage<Void> written = outbox.reply(reply.build(), trace);
    metrics.held(System.nanoTime() - arrived);
    if (!chunk.getLast()) {
      return written;
    }
    metrics.verdict(Role.BOT, judgement);
    policies.shadow(chunk.getTenant(), Role.BOT, judgement);
    return Stages.both(written, record(chunk, judgement, trace));
  }

  private CompletionStage<Void> record(DraftChunk chunk, Judgement judgement, Context trace) {
    TurnScreened record = Events.screened(chunk, judgement);
    metrics.marked(Role.BOT, record.getPii());
    return outbox.verdict(record, trace);
  }

  /** Takes the reply back: nothing of this chunk, and nothing after it, is ever shown. */
  private CompletionStage<Void> take(
      DraftChunk chunk, ReplyProgress before, Judgement judgement, Policy policy, Context trace) {
    boolean nothingShown =
        chunk.getSequence() == 0 && chunk.getPreceding().isEmpty() && !before.shown();
    ReplyKind kind = nothingShown ? ReplyKind.REFUSAL : ReplyKind.WITHDRAWAL;
    String canned = policy.message(judgement.message(), chunk.getReplyId());
    replies.put(chunk.getReplyId(), before.taken());
    metrics.verdict(Role.BOT, judgement);
    if (nothingShown) {
      metrics.refused(Role.BOT, judgement);
    } else {
      metrics.withdrawn(judgement);
    }
    policies.shadow(chunk.getTenant(), Role.BOT, judgement);
    CompletionStage<Void> written =
        outbox.reply(
            nothingShown && judgement.overloaded()
                ? Events.failed(chunk, "overloaded", FinishReason.ERROR)
                : Events.withdrawn(chunk, kind, judgement, canned),
            trace);
    CompletionStage<Void> recorded = record(chunk, judgement, trace);
    if (!chunk.getLast()) {
      written = Stages.both(written, outbox.cancel(Events.cancelled(chunk), trace));
    }
    return Stages.both(written, recorded);
  }

  private CompletionStage<Void> fail(DraftChunk chunk, ReplyProgress before, Context trace) {
    String code = ERRORS.contains(chunk.getError()) ? chunk.getError() : OTHER_ERROR;
    replies.put(chunk.getReplyId(), before.after(chunk.getSequence(), before.released(), true));
    return outbox.reply(Events.failed(chunk, code, finish(chunk)), trace);
  }

  /** The whole reply on its last chunk or when its earlier part is not known to be judged. */
  private static String judged(DraftChunk chunk, ReplyProgress before) {
    String preceding = chunk.getPreceding();
    int released = Math.min(before.released(), preceding.length());
    int from = chunk.getLast() ? 0 : Math.max(0, released - TAIL);
    return preceding.substring(from) + chunk.getText();
  }

  /** This chunk, with the text of chunks before it that this process knows it has not released. */
  private static String unreleased(DraftChunk chunk, ReplyProgress before) {
    boolean gap = before.next() > 0 && chunk.getSequence() > before.next();
    boolean lost = gap && chunk.getPreceding().length() > before.released();
    return lost
        ? chunk.getPreceding().substring(before.released()) + chunk.getText()
        : chunk.getText();
  }

  private static List<String> context(DraftChunk chunk) {
    return chunk.getContext().isEmpty() ? List.of() : List.of(chunk.getContext());
  }

  private static FinishReason finish(DraftChunk chunk) {
    if (chunk.getFinishReason() != null) {
      return chunk.getFinishReason();
    }
    return chunk.getError() == null ? FinishReason.STOP : FinishReason.ERROR;
  }

  @PreDestroy
  void close() {
    lanes.close();
  }
}
