package dev.heed.feedback.kafka;

import dev.heed.feedback.metrics.FeedbackMeters;
import dev.heed.feedback.shown.OwnFeedback;
import dev.heed.feedback.shown.ShownReplies;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.ReplyChunk;
import io.quarkus.runtime.Startup;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** Keeps the views of what was shown and of what was said up to date; ready when they are. */
@Startup
@ApplicationScoped
public class Views {

  private final TopicTail<ReplyChunk> replies;
  private final TopicTail<FeedbackGiven> feedback;

  Views(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      EventCodec codec,
      ShownReplies shown,
      OwnFeedback own,
      DeadLetters deadLetters,
      FeedbackMeters meters) {
    replies =
        new TopicTail<>(
            kafka, Topics.REPLIES, ReplyChunk.class, codec, shown::add, deadLetters::park);
    feedback =
        new TopicTail<>(
            kafka, Topics.FEEDBACK_EVENTS, FeedbackGiven.class, codec, own::add, deadLetters::park);
    meters.watch(shown::size, own::size);
    meters.watchLag(Topics.REPLIES, replies::lag);
    meters.watchLag(Topics.FEEDBACK_EVENTS, feedback::lag);
  }

  /** True when both views hold all that was there when this replica started. */
  public boolean caughtUp() {
    return replies.caughtUp() && feedback.caughtUp();
  }

  @PreDestroy
  void stop() {
    replies.close();
    feedback.close();
  }
}
