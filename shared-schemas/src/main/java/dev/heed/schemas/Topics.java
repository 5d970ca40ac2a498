package dev.heed.schemas;

import dev.heed.schemas.Topic.Keeping;
import dev.heed.schemas.Topic.Key;
import dev.heed.schemas.events.ConversationChanged;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.RoundProgressed;
import dev.heed.schemas.events.SchemaAnnounced;
import dev.heed.schemas.events.TrustScore;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.schemas.events.TurnSubmitted;
import java.time.Duration;
import java.util.List;

/**
 * The one place that declares topics. docs/asyncapi.yaml and k8s/ must agree with it; tests say so.
 */
public final class Topics {

  public static final String CHAT = "chat-service";
  public static final String SAFETY = "safety-service";
  public static final String INFERENCE = "inference-service";
  public static final String FEEDBACK = "feedback-service";
  public static final String TRUST = "trust-service";
  public static final String LEARNING = "learning-service";

  /** Every service, in the order of the flow. */
  public static final List<String> SERVICES =
      List.of(CHAT, SAFETY, INFERENCE, FEEDBACK, TRUST, LEARNING);

  private static final Keeping WEEK = new Keeping.For(Duration.ofDays(7));
  private static final Keeping HOUR = new Keeping.For(Duration.ofHours(1));
  private static final Keeping LATEST = new Keeping.Latest();
  private static final int FLOW_PARTITIONS = 6;

  public static final Topic TURNS =
      new Topic(
          "chat.turns",
          Key.CONVERSATION,
          List.of(TurnSubmitted.class, ConversationChanged.class),
          FLOW_PARTITIONS,
          WEEK,
          List.of(CHAT));
  public static final Topic PROMPTS =
      new Topic(
          "chat.prompts",
          Key.CONVERSATION,
          List.of(PromptScreened.class),
          FLOW_PARTITIONS,
          WEEK,
          List.of(SAFETY));
  public static final Topic DRAFTS =
      new Topic(
          "chat.drafts",
          Key.CONVERSATION,
          List.of(DraftChunk.class),
          FLOW_PARTITIONS,
          WEEK,
          List.of(INFERENCE));
  public static final Topic REPLIES =
      new Topic(
          "chat.replies",
          Key.CONVERSATION,
          List.of(ReplyChunk.class),
          FLOW_PARTITIONS,
          WEEK,
          List.of(SAFETY));
  public static final Topic CONTROLS =
      new Topic(
          "chat.controls",
          Key.CONVERSATION,
          List.of(ReplyCancelled.class),
          1,
          HOUR,
          List.of(CHAT, SAFETY));
  public static final Topic VERDICTS =
      new Topic(
          "safety.verdicts",
          Key.PSEUDONYM,
          List.of(TurnScreened.class),
          FLOW_PARTITIONS,
          WEEK,
          List.of(SAFETY));
  public static final Topic FEEDBACK_EVENTS =
      new Topic(
          "feedback.events",
          Key.PSEUDONYM,
          List.of(FeedbackGiven.class, PersonRequest.class),
          FLOW_PARTITIONS,
          WEEK,
          List.of(FEEDBACK));
  public static final Topic FEEDBACK_WEIGHTED =
      new Topic(
          "feedback.weighted",
          Key.FEEDBACK,
          List.of(FeedbackWeighted.class),
          FLOW_PARTITIONS,
          LATEST,
          List.of(TRUST));
  public static final Topic TRUST_SCORES =
      new Topic(
          "trust.scores",
          Key.PSEUDONYM,
          List.of(TrustScore.class),
          FLOW_PARTITIONS,
          LATEST,
          List.of(TRUST));
  public static final Topic REVIEW_TASKS =
      new Topic(
          "review.tasks",
          Key.ITEM,
          List.of(ReviewTask.class),
          FLOW_PARTITIONS,
          WEEK,
          List.of(TRUST));
  public static final Topic MODEL_RELEASES =
      new Topic(
          "model.releases",
          Key.NAME,
          List.of(ModelReleased.class),
          1,
          LATEST,
          List.of(LEARNING, SAFETY));
  public static final Topic LEARNING_ROUNDS =
      new Topic(
          "learning.rounds",
          Key.ROUND,
          List.of(RoundProgressed.class),
          1,
          LATEST,
          List.of(LEARNING));
  public static final Topic SCHEMAS =
      new Topic(
          "heed.schemas", Key.FINGERPRINT, List.of(SchemaAnnounced.class), 1, LATEST, SERVICES);

  /** All of them, in the order of the flow. */
  public static final List<Topic> ALL =
      List.of(
          TURNS,
          PROMPTS,
          DRAFTS,
          REPLIES,
          CONTROLS,
          VERDICTS,
          FEEDBACK_EVENTS,
          FEEDBACK_WEIGHTED,
          TRUST_SCORES,
          REVIEW_TASKS,
          MODEL_RELEASES,
          LEARNING_ROUNDS,
          SCHEMAS);

  private Topics() {}

  /** The topics that a service may write. */
  public static List<Topic> writtenBy(String service) {
    return ALL.stream().filter(t -> t.writers().contains(service)).toList();
  }
}
