package dev.heed.feedback.giving;

import dev.heed.feedback.http.FieldError;
import dev.heed.feedback.http.Problem;
import dev.heed.feedback.kafka.FeedbackLog;
import dev.heed.feedback.kafka.Views;
import dev.heed.feedback.metrics.FeedbackMeters;
import dev.heed.feedback.shown.FeedbackIds;
import dev.heed.feedback.shown.OwnFeedback;
import dev.heed.feedback.shown.ShownReplies;
import dev.heed.feedback.shown.ShownReply;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.PersonRequestKind;
import dev.heed.schemas.events.ReviewTask;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Takes feedback: ties it to the reply that was really shown, and has Kafka confirm it. */
@ApplicationScoped
public class Giving {

  private static final Duration RETENTION = Duration.ofDays(7); // of feedback.events

  private final ShownReplies shown;
  private final OwnFeedback own;
  private final FeedbackIds ids;
  private final FeedbackLog log;
  private final Quota quota;
  private final Views views;
  private final FeedbackMeters meters;
  private final Clock clock;

  Giving(
      ShownReplies shown,
      OwnFeedback own,
      FeedbackIds ids,
      FeedbackLog log,
      Quota quota,
      Views views,
      FeedbackMeters meters,
      Clock clock) {
    this.shown = shown;
    this.own = own;
    this.ids = ids;
    this.log = log;
    this.quota = quota;
    this.views = views;
    this.meters = meters;
    this.clock = clock;
  }

  /**
   * Takes a piece of feedback.
   *
   * @param key the idempotency key; empty: a new piece every time
   * @param cohort where it came from, coarsely; empty: unknown
   * @return its id, once Kafka has confirmed it
   * @throws Problem 404, 409, 422, 429 or 503
   */
  public String give(String pseudonym, Draft draft, Optional<String> key, Optional<String> cohort) {
    requireViews();
    if (draft.kind() == FeedbackKind.RETRACT) {
      return retract(pseudonym, target(pseudonym, draft));
    }
    String id = key.map(k -> ids.keyed(pseudonym, k, draft.replyId())).orElseGet(ids::fresh);
    Optional<FeedbackGiven> earlier = own.sameKey(id);
    if (earlier.isPresent()) {
      return repeat(earlier.get(), pseudonym, draft);
    }
    ShownReply reply = finished(pseudonym, draft.replyId());
    check(pseudonym, draft, reply);
    return store(Events.given(id, draft, reply, cohort, clock.instant()));
  }

  /**
   * Takes a piece of feedback back. Doing it twice is doing it once.
   *
   * @return the retraction's own id
   * @throws Problem 404 when this person gave no such feedback, 429 or 503
   */
  public String retract(String pseudonym, String feedbackId) {
    requireViews();
    FeedbackGiven target =
        own.await(pseudonym, feedbackId)
            .filter(given -> given.getKind() != FeedbackKind.RETRACT)
            .orElseThrow(Problem::noSuchFeedback);
    String id = ids.keyed(pseudonym, "retract:" + feedbackId, feedbackId);
    if (own.sameKey(id).isPresent()) {
      meters.repeated();
      return id;
    }
    return store(Events.retraction(id, target, clock.instant()));
  }

  /**
   * Asks trust-service for something of a person's own record.
   *
   * @param text with an appeal: why; empty: nothing to say
   * @return the request's id, once Kafka has confirmed it
   * @throws Problem 429 or 503
   */
  public String ask(String pseudonym, PersonRequestKind kind, Optional<String> text) {
    requireViews();
    quota
        .take(pseudonym)
        .ifPresent(
            wait -> {
              throw Problem.quota(wait);
            });
    var request =
        new PersonRequest(
            ids.fresh(),
            pseudonym,
            kind,
            text.orElse(null),
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    log.append(request);
    if (kind == PersonRequestKind.ERASURE) {
      own.erase(pseudonym);
    }
    return request.getRequestId();
  }

  /** When the topics' retention has taken the last of what is erased now. */
  public Instant goneBy() {
    return clock.instant().plus(RETENTION).truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
  }

  /** A reviewer's answer; its task says what it is about. */
  public String review(String reviewer, ReviewTask task, String label) {
    requireViews();
    boolean filter = task.getItemId().startsWith("filter:");
    FeedbackGiven answer =
        FeedbackGiven.newBuilder()
            .setFeedbackId(ids.fresh())
            .setPseudonym(reviewer)
            .setConversationId(task.getConversationId())
            .setTurnId(task.getTurnId())
            .setReplyId(task.getReplyId())
            .setKind(FeedbackKind.REVIEW)
            .setLabel(label)
            .setReasons(filter ? List.of("CONTESTED") : List.of())
            .setAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
            .build();
    return store(answer);
  }

  /** What this person said of a reply, and whether it stands. */
  public List<FeedbackGiven> on(String pseudonym, String replyId) {
    requireViews();
    return own.on(pseudonym, replyId);
  }

  /** True when its giver took it back. */
  public boolean retracted(FeedbackGiven given) {
    return own.retracted(given);
  }

  private void requireViews() {
    if (!views.caughtUp()) {
      throw Problem.starting();
    }
  }

  private String target(String pseudonym, Draft draft) {
    return draft
        .retracts()
        .or(
            () ->
                own.on(pseudonym, draft.replyId()).reversed().stream()
                    .filter(given -> !own.retracted(given))
                    .map(FeedbackGiven::getFeedbackId)
                    .findFirst())
        .orElseThrow(Problem::noSuchFeedback);
  }

  private String repeat(FeedbackGiven earlier, String pseudonym, Draft draft) {
    if (!earlier.getPseudonym().equals(pseudonym) || !Events.same(earlier, draft)) {
      throw Problem.keyReused();
    }
    meters.repeated();
    return earlier.getFeedbackId();
  }

  private ShownReply finished(String pseudonym, String replyId) {
    ShownReply reply = shown.awaitEnded(pseudonym, replyId).orElseThrow(Problem::replyNotShown);
    if (!shown.ended(reply)) {
      throw Problem.replyNotFinished();
    }
    return reply;
  }

  private void check(String pseudonym, Draft draft, ShownReply reply) {
    if (draft.kind() == FeedbackKind.CONTEST_FILTER && !reply.filtered()) {
      throw Problem.invalid(List.of(new FieldError("kind", "this reply was not filtered")));
    }
    draft
        .span()
        .filter(span -> span.end() > reply.characters())
        .ifPresent(
            span -> {
              throw Problem.invalid(List.of(new FieldError("span", "end is past the reply's end")));
            });
    draft
        .otherReplyId()
        .ifPresent(
            other -> {
              if (other.equals(draft.replyId())) {
                throw Problem.invalid(
                    List.of(new FieldError("other_reply_id", "is the same reply")));
              }
              finished(pseudonym, other);
            });
  }

  private String store(FeedbackGiven given) {
    quota
        .take(given.getPseudonym())
        .ifPresent(
            wait -> {
              throw Problem.quota(wait);
            });
    long start = System.nanoTime();
    log.append(given);
    own.add(given);
    meters.accepted(given, Duration.ofNanos(System.nanoTime() - start));
    return given.getFeedbackId();
  }
}
