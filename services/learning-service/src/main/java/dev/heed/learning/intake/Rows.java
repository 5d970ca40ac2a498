package dev.heed.learning.intake;

import dev.heed.learning.dataset.Row;
import dev.heed.learning.deidentify.DatasetIds;
import dev.heed.learning.deidentify.Scrubber;
import dev.heed.learning.metrics.LearningMeters;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.ModelRef;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnSubmitted;
import dev.heed.schemas.events.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes rows of events, and takes out of them what points to a person. */
final class Rows {

  private final DatasetIds ids;
  private final int maxText;
  private final LearningMeters meters;

  Rows(DatasetIds ids, int maxText, LearningMeters meters) {
    this.ids = ids;
    this.maxText = maxText;
    this.meters = meters;
  }

  /** The hour, which is as near as the data set tells. */
  static String hour(Instant at) {
    return at.truncatedTo(ChronoUnit.HOURS).toString();
  }

  Row of(TurnSubmitted turn) {
    List<Message> messages = turn.getMessages();
    String text = messages.isEmpty() ? "" : messages.getLast().getText();
    // A kept conversation's earlier messages are rows already.
    List<Message> earlier =
        turn.getStored() || messages.isEmpty()
            ? List.of()
            : messages.subList(0, messages.size() - 1);
    String name = ids.turn(turn.getTurnId());
    return new Row.Turn(
        "turn:" + name,
        ids.conversation(turn.getConversationId()),
        ids.person(turn.getPseudonym()),
        name,
        ids.reply(turn.getReplyId()),
        earlier.stream().map(m -> new Row.Said(lower(m.getRole()), clean(m.getText()))).toList(),
        clean(text),
        hour(turn.getSubmittedAt()));
  }

  Row of(ReplyChunk chunk) {
    String name = ids.reply(chunk.getReplyId());
    String outcome = lower(chunk.getKind());
    return new Row.Reply(
        "reply:" + name + ":" + chunk.getAttempt() + ":" + outcome,
        ids.conversation(chunk.getConversationId()),
        ids.person(chunk.getPseudonym()),
        ids.turn(chunk.getTurnId()),
        name,
        outcome,
        Optional.ofNullable(chunk.getFinishReason()).map(Rows::lower),
        clean(Optional.ofNullable(chunk.getWholeText()).orElse(chunk.getText())),
        safety(chunk.getVerdict()),
        model(chunk.getModel()),
        hour(chunk.getWrittenAt()));
  }

  Row of(FeedbackWeighted weighted) {
    String name = ids.feedback(weighted.getFeedbackId());
    return new Row.Feedback(
        "feedback:" + name + ":" + weighted.getRevision(),
        ids.conversation(weighted.getConversationId()),
        ids.person(weighted.getPseudonym()),
        ids.reply(weighted.getReplyId()),
        name,
        weighted.getRevision(),
        lower(weighted.getKind()),
        Optional.ofNullable(weighted.getLabel()),
        weighted.getReasons(),
        Optional.ofNullable(weighted.getBetterAnswer()).map(this::clean),
        weighted.getPRight(),
        weighted.getWeight(),
        weighted.getReliability(),
        weighted.getReliabilitySd(),
        weighted.getCivility(),
        Map.of(
            "crowd", weighted.getCrowdLogOdds(),
            "prior", weighted.getPriorLogOdds(),
            "review", weighted.getReviewLogOdds()),
        weighted.getRetracted(),
        safety(weighted.getVerdict()),
        model(weighted.getModel()),
        hour(weighted.getGivenAt()));
  }

  private String clean(String text) {
    int end = Math.min(text.length(), maxText);
    boolean splitsPair = end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
    return Scrubber.scrub(text.substring(0, splitsPair ? end - 1 : end), meters::scrubbed);
  }

  private static Optional<Row.Safety> safety(Verdict verdict) {
    return Optional.ofNullable(verdict)
        .map(
            v ->
                new Row.Safety(
                    v.getUnsafe(),
                    v.getFlagged(),
                    Optional.ofNullable(v.getCategory()),
                    lower(v.getSource()),
                    v.getPolicyVersion(),
                    v.getClassifierVersion()));
  }

  private static Optional<Row.Model> model(ModelRef model) {
    return Optional.ofNullable(model)
        .map(m -> new Row.Model(m.getName(), m.getVersion(), Optional.ofNullable(m.getAdapter())));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
