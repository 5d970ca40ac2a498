package dev.heed.feedback.giving;

import dev.heed.feedback.shown.ShownReply;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Feedback as events. */
final class Events {

  private Events() {}

  /** A piece of feedback with what was known of the reply when it was shown. */
  static FeedbackGiven given(
      String id, Draft draft, ShownReply reply, Optional<String> cohort, Instant at) {
    return FeedbackGiven.newBuilder()
        .setFeedbackId(id)
        .setPseudonym(reply.pseudonym())
        .setConversationId(reply.conversationId())
        .setTurnId(reply.turnId())
        .setReplyId(reply.replyId())
        .setTenant(reply.tenant())
        .setKind(draft.kind())
        .setLabel(draft.label().orElse(null))
        .setReasons(draft.reasons())
        .setComment(draft.comment().orElse(null))
        .setBetterAnswer(draft.betterAnswer().orElse(null))
        .setOtherReplyId(draft.otherReplyId().orElse(null))
        .setSpanStart(draft.span().map(Draft.Span::start).orElse(null))
        .setSpanEnd(draft.span().map(Draft.Span::end).orElse(null))
        .setModel(reply.model().orElse(null))
        .setVerdict(verdict(draft, reply).orElse(null))
        .setShareConsent(reply.shareConsent())
        .setCohort(cohort.orElse(null))
        .setAt(at.truncatedTo(ChronoUnit.MILLIS))
        .build();
  }

  /**
   * The verdict on what is judged. A refusal's or withdrawal's is on what was stopped, not on the
   * text that was shown in its place: it is for who contests the filter, and for nobody else.
   */
  private static Optional<Verdict> verdict(Draft draft, ShownReply reply) {
    boolean onOther = reply.filtered() && draft.kind() != FeedbackKind.CONTEST_FILTER;
    return onOther ? Optional.empty() : reply.verdict();
  }

  /** The taking back of a piece of feedback. */
  static FeedbackGiven retraction(String id, FeedbackGiven target, Instant at) {
    return FeedbackGiven.newBuilder()
        .setFeedbackId(id)
        .setPseudonym(target.getPseudonym())
        .setConversationId(target.getConversationId())
        .setTurnId(target.getTurnId())
        .setReplyId(target.getReplyId())
        .setTenant(target.getTenant())
        .setKind(FeedbackKind.RETRACT)
        .setModel(target.getModel())
        .setVerdict(target.getVerdict())
        .setShareConsent(target.getShareConsent())
        .setRetracts(target.getFeedbackId())
        .setAt(at.truncatedTo(ChronoUnit.MILLIS))
        .build();
  }

  /** True when an event says what a request says. */
  static boolean same(FeedbackGiven event, Draft draft) {
    Optional<Draft.Span> span =
        event.getSpanStart() == null
            ? Optional.empty()
            : Optional.of(new Draft.Span(event.getSpanStart(), event.getSpanEnd()));
    return draft.equals(
        new Draft(
            event.getReplyId(),
            event.getKind(),
            Optional.ofNullable(event.getLabel()),
            event.getReasons(),
            Optional.ofNullable(event.getComment()),
            Optional.ofNullable(event.getBetterAnswer()),
            Optional.ofNullable(event.getOtherReplyId()),
            span,
            Optional.ofNullable(event.getRetracts())));
  }
}
