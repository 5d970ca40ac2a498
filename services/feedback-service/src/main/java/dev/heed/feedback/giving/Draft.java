package dev.heed.feedback.giving;

import dev.heed.schemas.events.FeedbackKind;
import java.util.List;
import java.util.Optional;

/** A piece of feedback whose fields are right by themselves; nothing is known of the reply yet. */
public record Draft(
    String replyId,
    FeedbackKind kind,
    Optional<String> label,
    List<String> reasons,
    Optional<String> comment,
    Optional<String> betterAnswer,
    Optional<String> otherReplyId,
    Optional<Span> span,
    Optional<String> retracts) {

  /** A part of the reply, end exclusive. */
  public record Span(int start, int end) {}

  public Draft {
    reasons = List.copyOf(reasons);
  }
}
