package dev.heed.chat.store;

import dev.heed.chat.store.StoredMessage.Filtered;
import dev.heed.chat.store.StoredMessage.Status;
import dev.heed.chat.store.StoredMessage.Who;
import dev.heed.schemas.events.ConversationChanged;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnSubmitted;
import dev.heed.schemas.events.Verdict;
import java.util.Optional;

/** What each event does to a kept conversation; empty stands for none. */
final class Changes {

  private Changes() {}

  static Optional<StoredConversation> apply(
      Optional<StoredConversation> before, ConversationChanged event) {
    return switch (event.getChange()) {
      case CREATED -> before.or(() -> Optional.of(StoredConversation.of(event)));
      case TITLED -> before.map(c -> c.withTitle(event.getTitle() == null ? "" : event.getTitle()));
      case CONSENT -> before.map(c -> c.withConsent(Boolean.TRUE.equals(event.getShareConsent())));
      case DELETED -> Optional.empty();
      case UNKNOWN -> before;
    };
  }

  static Optional<StoredConversation> apply(
      Optional<StoredConversation> before, TurnSubmitted event, Optional<String> request) {
    if (!event.getStored() || event.getMessages().isEmpty()) {
      return before;
    }
    String text = event.getMessages().getLast().getText();
    long at = event.getSubmittedAt().toEpochMilli();
    StoredMessage turn = StoredMessage.turn(event.getTurnId(), text, at, request);
    StoredMessage awaited =
        StoredMessage.awaited(event.getReplyId(), at, event.getDeadline().toEpochMilli());
    return before.map(c -> c.withTurn(turn, awaited));
  }

  static Optional<StoredConversation> apply(Optional<StoredConversation> before, ReplyChunk event) {
    return before.map(
        c ->
            event.getLast()
                ? c.withAnswer(answer(event))
                : c.withAttempt(event.getReplyId(), event.getAttempt()));
  }

  /** The answer that a last chunk ends. */
  static StoredMessage answer(ReplyChunk event) {
    String text = event.getWholeText() == null ? event.getText() : event.getWholeText();
    return new StoredMessage(
        event.getReplyId(),
        Who.ASSISTANT,
        text,
        status(event),
        filtered(event),
        event.getWrittenAt().toEpochMilli(),
        event.getAttempt(),
        0,
        Optional.empty());
  }

  private static Status status(ReplyChunk event) {
    return switch (event.getKind()) {
      case REFUSAL -> Status.REFUSED;
      case WITHDRAWAL -> Status.WITHDRAWN;
      case FAILURE -> Status.FAILED;
      case CONTENT, UNKNOWN ->
          event.getFinishReason() == FinishReason.CANCELLED ? Status.CANCELLED : Status.COMPLETE;
    };
  }

  /** Why a text was kept back; empty when it was not. */
  static Optional<Filtered> filtered(ReplyChunk event) {
    Verdict verdict = event.getVerdict();
    return verdict == null || !verdict.getFlagged()
        ? Optional.empty()
        : Optional.of(
            new Filtered(
                verdict.getCategory() == null ? "unknown" : verdict.getCategory(),
                verdict.getSource().name(),
                verdict.getScore()));
  }
}
