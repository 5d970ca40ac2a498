package dev.heed.learning.intake;

import dev.heed.learning.config.LearningConfig;
import dev.heed.learning.dataset.Dataset;
import dev.heed.learning.dataset.Row;
import dev.heed.learning.dataset.Tombstone;
import dev.heed.learning.deidentify.DatasetIds;
import dev.heed.learning.metrics.LearningMeters;
import dev.heed.learning.metrics.LearningMeters.Skipped;
import dev.heed.schemas.events.ConversationChange;
import dev.heed.schemas.events.ConversationChanged;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.PersonRequestKind;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnSubmitted;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;

/** Decides what of the events goes into the data set: only what people agreed to share. */
final class Curator {

  private final Dataset dataset;
  private final Rows rows;
  private final DatasetIds ids;
  private final LearningMeters meters;

  Curator(Dataset dataset, DatasetIds ids, LearningConfig config, LearningMeters meters) {
    this.dataset = dataset;
    this.ids = ids;
    this.rows = new Rows(ids, config.maxText(), meters);
    this.meters = meters;
  }

  /** Takes up an event; of a type that is not learnt from, nothing. */
  void take(SpecificRecord event) {
    switch (event) {
      case TurnSubmitted turn ->
          consider(turn.getShareConsent(), turn.getConversationId(), () -> rows.of(turn));
      case ReplyChunk chunk -> take(chunk);
      case FeedbackWeighted weighted ->
          consider(
              weighted.getShareConsent(), weighted.getConversationId(), () -> rows.of(weighted));
      case ConversationChanged change -> take(change);
      case PersonRequest request -> take(request);
      default -> meters.skipped(Skipped.OTHER_EVENT);
    }
  }

  private void take(ReplyChunk chunk) {
    if (chunk.getLast()) {
      consider(chunk.getShareConsent(), chunk.getConversationId(), () -> rows.of(chunk));
    } else {
      meters.skipped(Skipped.NOT_LAST);
    }
  }

  /**
   * A piece of feedback is gone from its compacted topic: erased.
   *
   * @param feedbackId its key there
   */
  void forget(String feedbackId, Instant at) {
    bury(ids.feedback(feedbackId), true, Tombstone.Reason.ERASED, at);
  }

  private void take(PersonRequest request) {
    if (request.getKind() == PersonRequestKind.ERASURE) {
      bury(ids.person(request.getPseudonym()), true, Tombstone.Reason.ERASED, request.getAt());
    } else {
      meters.skipped(Skipped.OTHER_EVENT);
    }
  }

  /** Text is scrubbed, and so looked at, only after consent is known. */
  private void consider(boolean consent, String conversationId, Supplier<Row> make) {
    if (!consent) {
      meters.skipped(Skipped.NO_CONSENT);
    } else if (dataset.withdrawn(ids.conversation(conversationId))) {
      meters.skipped(Skipped.WITHDRAWN);
    } else {
      Row row = make.get();
      if (dataset.erased(row.person(), row.at())) {
        meters.skipped(Skipped.WITHDRAWN);
      } else if (dataset.holds(row)) {
        meters.skipped(Skipped.REPEATED);
      } else {
        dataset.add(row);
        meters.added(row);
      }
    }
  }

  private void take(ConversationChanged change) {
    String conversation = ids.conversation(change.getConversationId());
    Optional<Tombstone.Reason> withdrawal = withdrawal(change);
    if (withdrawal.isPresent()) {
      bury(conversation, true, withdrawal.get(), change.getAt());
    } else if (Boolean.TRUE.equals(change.getShareConsent()) && dataset.withdrawn(conversation)) {
      bury(conversation, false, Tombstone.Reason.CONSENT, change.getAt());
    } else {
      meters.skipped(Skipped.OTHER_EVENT);
    }
  }

  private static Optional<Tombstone.Reason> withdrawal(ConversationChanged change) {
    if (change.getChange() == ConversationChange.DELETED) {
      return Optional.of(Tombstone.Reason.DELETED);
    }
    boolean taken =
        change.getChange() == ConversationChange.CONSENT
            && Boolean.FALSE.equals(change.getShareConsent());
    return taken ? Optional.of(Tombstone.Reason.CONSENT) : Optional.empty();
  }

  private void bury(String subject, boolean withdrawn, Tombstone.Reason reason, Instant at) {
    dataset.add(new Tombstone(subject, dataset.nextRow(), withdrawn, reason, Rows.hour(at)));
    meters.buried(reason);
  }
}
