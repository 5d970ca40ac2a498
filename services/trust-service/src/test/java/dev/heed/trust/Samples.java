package dev.heed.trust;

import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.PolicyAction;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.schemas.events.Verdict;
import dev.heed.schemas.events.VerdictSource;
import dev.heed.schemas.events.VerdictSubject;
import java.time.Instant;

/** Events as the services to the left write them. */
public final class Samples {

  private Samples() {}

  private static Verdict verdict(double unsafe, boolean flagged) {
    return Verdict.newBuilder()
        .setUnsafe(unsafe)
        .setFlagged(flagged)
        .setScore(unsafe)
        .setSource(VerdictSource.MATCHER)
        .setPolicyVersion("p1")
        .setClassifierVersion("")
        .build();
  }

  /** Thumbs on a reply. */
  public static FeedbackGiven.Builder feedback(
      String pseudonym, String replyId, String label, double unsafe) {
    return FeedbackGiven.newBuilder()
        .setFeedbackId(Uuid7.randomString())
        .setPseudonym(pseudonym)
        .setConversationId(Uuid7.randomString())
        .setTurnId(Uuid7.randomString())
        .setReplyId(replyId)
        .setKind(FeedbackKind.THUMBS)
        .setLabel(label)
        .setVerdict(verdict(unsafe, unsafe >= .5))
        .setAt(Instant.now());
  }

  /** What safety said of a person's own turn. */
  public static TurnScreened turn(String pseudonym, boolean flagged) {
    return screened(pseudonym, flagged, VerdictSubject.USER_TURN);
  }

  /** What safety said of a reply to a person. */
  public static TurnScreened reply(String pseudonym, boolean flagged) {
    return screened(pseudonym, flagged, VerdictSubject.REPLY);
  }

  private static TurnScreened screened(String pseudonym, boolean flagged, VerdictSubject subject) {
    return TurnScreened.newBuilder()
        .setConversationId(Uuid7.randomString())
        .setTurnId(Uuid7.randomString())
        .setReplyId(Uuid7.randomString())
        .setPseudonym(pseudonym)
        .setVerdictId(Uuid7.randomString())
        .setSubject(subject)
        .setVerdict(verdict(flagged ? .95 : .02, flagged))
        .setAction(flagged ? PolicyAction.REFUSE : PolicyAction.ALLOW)
        .setAt(Instant.now())
        .build();
  }
}
