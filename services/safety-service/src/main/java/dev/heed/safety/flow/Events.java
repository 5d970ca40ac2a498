package dev.heed.safety.flow;

import dev.heed.safety.screening.Judgement;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.schemas.events.TurnSubmitted;
import dev.heed.schemas.events.Usage;
import dev.heed.schemas.events.VerdictSubject;
import dev.heed.schemas.privacy.Pii;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Builds the events that safety-service writes out of those that it reads. */
final class Events {

  private Events() {}

  static PromptScreened prompt(TurnSubmitted turn, List<Message> messages) {
    return PromptScreened.newBuilder()
        .setConversationId(turn.getConversationId())
        .setTurnId(turn.getTurnId())
        .setReplyId(turn.getReplyId())
        .setPseudonym(turn.getPseudonym())
        .setReplica(turn.getReplica())
        .setTenant(turn.getTenant())
        .setMessages(messages)
        .setSampling(turn.getSampling())
        .setModel(turn.getModel())
        .setShareConsent(turn.getShareConsent())
        .setSubmittedAt(turn.getSubmittedAt())
        .setDeadline(turn.getDeadline())
        .build();
  }

  static ReplyChunk refused(TurnSubmitted turn, Judgement judgement, String canned) {
    return ofTurn(turn)
        .setKind(ReplyKind.REFUSAL)
        .setText(canned)
        .setWholeText(canned)
        .setFinishReason(FinishReason.CONTENT_FILTER)
        .setVerdict(judgement.verdict())
        .build();
  }

  static ReplyChunk failed(TurnSubmitted turn, String code) {
    return ofTurn(turn)
        .setKind(ReplyKind.FAILURE)
        .setText("")
        .setError(code)
        .setFinishReason(FinishReason.ERROR)
        .build();
  }

  private static ReplyChunk.Builder ofTurn(TurnSubmitted turn) {
    return ReplyChunk.newBuilder()
        .setConversationId(turn.getConversationId())
        .setTurnId(turn.getTurnId())
        .setReplyId(turn.getReplyId())
        .setPseudonym(turn.getPseudonym())
        .setReplica(turn.getReplica())
        .setTenant(turn.getTenant())
        .setAttempt(0)
        .setSequence(0)
        .setLast(true)
        .setUsage(new Usage(0, 0, 0))
        .setShareConsent(turn.getShareConsent())
        .setWrittenAt(Instant.now());
  }

  static TurnScreened screened(TurnSubmitted turn, Judgement judgement) {
    return TurnScreened.newBuilder()
        .setConversationId(turn.getConversationId())
        .setTurnId(turn.getTurnId())
        .setReplyId(turn.getReplyId())
        .setPseudonym(turn.getPseudonym())
        .setVerdictId(Uuid7.randomString())
        .setTenant(turn.getTenant())
        .setSubject(VerdictSubject.USER_TURN)
        .setVerdict(judgement.verdict())
        .setAction(judgement.action().event())
        .setAt(Instant.now())
        .setPii(marks(turn.getMessages().isEmpty() ? "" : turn.getMessages().getLast().getText()))
        .build();
  }

  static TurnScreened screened(DraftChunk chunk, Judgement judgement) {
    return TurnScreened.newBuilder()
        .setConversationId(chunk.getConversationId())
        .setTurnId(chunk.getTurnId())
        .setReplyId(chunk.getReplyId())
        .setPseudonym(chunk.getPseudonym())
        .setVerdictId(Uuid7.randomString())
        .setTenant(chunk.getTenant())
        .setSubject(VerdictSubject.REPLY)
        .setVerdict(judgement.verdict())
        .setAction(judgement.action().event())
        .setModel(chunk.getModel())
        .setAt(Instant.now())
        .setPii(marks(chunk.getPreceding() + chunk.getText()))
        .build();
  }

  /** How often each kind of personal data stands in a text; never what it is. */
  private static Map<String, Integer> marks(String text) {
    Map<String, Integer> marks = new TreeMap<>();
    Pii.find(text)
        .forEach(
            found -> marks.merge(found.kind().name().toLowerCase(Locale.ROOT), 1, Integer::sum));
    return marks;
  }

  /** A chunk of a reply with everything but its kind and text. */
  static ReplyChunk.Builder reply(DraftChunk chunk) {
    return ReplyChunk.newBuilder()
        .setConversationId(chunk.getConversationId())
        .setTurnId(chunk.getTurnId())
        .setReplyId(chunk.getReplyId())
        .setPseudonym(chunk.getPseudonym())
        .setReplica(chunk.getReplica())
        .setTenant(chunk.getTenant())
        .setAttempt(chunk.getAttempt())
        .setSequence(chunk.getSequence())
        .setUsage(chunk.getUsage())
        .setModel(chunk.getModel())
        .setShareConsent(chunk.getShareConsent())
        .setWrittenAt(Instant.now());
  }

  /** The end of a reply that the policy took back. */
  static ReplyChunk withdrawn(
      DraftChunk chunk, ReplyKind kind, Judgement judgement, String canned) {
    return reply(chunk)
        .setKind(kind)
        .setText(canned)
        .setLast(true)
        .setFinishReason(FinishReason.CONTENT_FILTER)
        .setWholeText(canned)
        .setVerdict(judgement.verdict())
        .build();
  }

  static ReplyChunk failed(DraftChunk chunk, String code, FinishReason reason) {
    return reply(chunk)
        .setKind(ReplyKind.FAILURE)
        .setText("")
        .setLast(true)
        .setError(code)
        .setFinishReason(reason)
        .build();
  }

  static ReplyCancelled cancelled(DraftChunk chunk) {
    return ReplyCancelled.newBuilder()
        .setConversationId(chunk.getConversationId())
        .setReplyId(chunk.getReplyId())
        .setReason(CancelReason.WITHDRAWN)
        .setAt(Instant.now())
        .build();
  }
}
