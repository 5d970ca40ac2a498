package dev.heed.feedback.kafka;

import dev.heed.feedback.metrics.FeedbackMeters;
import dev.heed.feedback.review.Tasks;
import dev.heed.feedback.shown.OwnFeedback;
import dev.heed.feedback.shown.ShownReplies;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.PersonRequestKind;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReviewTask;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** Keeps the views of what was shown and of what was said up to date; ready when they are. */
@Startup
@ApplicationScoped
public class Views {

  private final TopicTail<ReplyChunk> replies;
  private final TopicTail<SpecificRecord> feedback;
  private final TopicTail<ReviewTask> tasks;

  Views(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      EventCodec codec,
      ShownReplies shown,
      OwnFeedback own,
      Tasks questions,
      DeadLetters deadLetters,
      FeedbackMeters meters) {
    replies =
        new TopicTail<>(
            kafka, Topics.REPLIES, ReplyChunk.class, codec, shown::add, deadLetters::park);
    feedback =
        new TopicTail<>(
            kafka,
            Topics.FEEDBACK_EVENTS,
            SpecificRecord.class,
            codec,
            event -> take(event, own),
            deadLetters::park);
    tasks =
        new TopicTail<>(
            kafka, Topics.REVIEW_TASKS, ReviewTask.class, codec, questions::add, deadLetters::park);
    meters.watch(shown::size, own::size);
    meters.watchLag(Topics.REPLIES, replies::lag);
    meters.watchLag(Topics.FEEDBACK_EVENTS, feedback::lag);
  }

  private static void take(SpecificRecord event, OwnFeedback own) {
    switch (event) {
      case FeedbackGiven given -> own.add(given);
      case PersonRequest request when request.getKind() == PersonRequestKind.ERASURE ->
          own.erase(request.getPseudonym());
      case PersonRequest _ -> {} // for trust-service
      default -> throw new UnreadableEventException("an event out of place");
    }
  }

  /** True when both views hold all that was there when this replica started. */
  public boolean caughtUp() {
    return replies.caughtUp() && feedback.caughtUp() && tasks.caughtUp();
  }

  @PreDestroy
  void stop() {
    replies.close();
    feedback.close();
    tasks.close();
  }
}
