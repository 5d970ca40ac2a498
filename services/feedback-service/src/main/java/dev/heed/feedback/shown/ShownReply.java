package dev.heed.feedback.shown;

import dev.heed.schemas.events.ModelRef;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.Verdict;
import java.time.Instant;
import java.util.Optional;

/**
 * What is remembered of a reply that was shown: to whom, what wrote it, what safety thought of it.
 * Never its text.
 *
 * @param characters length of the text that is on the person's screen
 * @param end how it ended; empty while chunks are to come
 * @param at when the last chunk was written
 */
public record ShownReply(
    String replyId,
    String pseudonym,
    String conversationId,
    String turnId,
    String tenant,
    int attempt,
    int characters,
    Optional<ModelRef> model,
    Optional<Verdict> verdict,
    boolean shareConsent,
    Optional<ReplyKind> end,
    Instant at) {

  /** The reply after its first known chunk. */
  public static ShownReply of(ReplyChunk chunk) {
    return new ShownReply(
        chunk.getReplyId(),
        chunk.getPseudonym(),
        chunk.getConversationId(),
        chunk.getTurnId(),
        chunk.getTenant(),
        chunk.getAttempt(),
        length(0, chunk),
        Optional.ofNullable(chunk.getModel()),
        Optional.ofNullable(chunk.getVerdict()),
        chunk.getShareConsent(),
        chunk.getLast() ? Optional.of(chunk.getKind()) : Optional.empty(),
        chunk.getWrittenAt());
  }

  /** The reply after one more chunk. Chunks of older attempts and after the end change nothing. */
  public ShownReply with(ReplyChunk chunk) {
    boolean replaces =
        chunk.getAttempt() > attempt
            || chunk.getKind() == ReplyKind.REFUSAL
            || chunk.getKind() == ReplyKind.WITHDRAWAL;
    if (!replaces && (chunk.getAttempt() < attempt || end.isPresent())) {
      return this;
    }
    int before = chunk.getAttempt() > attempt ? 0 : characters;
    return new ShownReply(
        replyId,
        pseudonym,
        conversationId,
        turnId,
        tenant,
        Math.max(attempt, chunk.getAttempt()),
        length(before, chunk),
        Optional.ofNullable(chunk.getModel()).or(() -> model),
        Optional.ofNullable(chunk.getVerdict()).or(() -> verdict),
        chunk.getShareConsent(),
        chunk.getLast() ? Optional.of(chunk.getKind()) : Optional.empty(),
        chunk.getWrittenAt());
  }

  private static int length(int before, ReplyChunk chunk) {
    if (chunk.getWholeText() != null) {
      return chunk.getWholeText().length();
    }
    return switch (chunk.getKind()) {
      case CONTENT -> before + chunk.getText().length();
      case REFUSAL, WITHDRAWAL -> chunk.getText().length();
      case FAILURE, UNKNOWN -> before;
    };
  }

  /** True when it was refused or taken back, so that the filter may be contested. */
  public boolean filtered() {
    return end.filter(k -> k == ReplyKind.REFUSAL || k == ReplyKind.WITHDRAWAL).isPresent();
  }
}
