package dev.heed.feedback.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Set;

/** Bounds of what people may send and of what this service remembers. */
@ConfigMapping(prefix = "heed.feedback")
public interface FeedbackConfig {

  /** Largest request body. */
  @WithDefault("64K")
  MemorySize maxBody();

  /** Longest comment, in characters. */
  @WithDefault("2000")
  int maxComment();

  /** Longest better answer, in characters. */
  @WithDefault("16000")
  int maxBetterAnswer();

  /** The highest star; labels of kind stars are 1 to this. */
  @WithDefault("5")
  int stars();

  /** Labels of kind user_label, for the user's own last turn. */
  @WithDefault("good,inappropriate,off_topic,nonsensical,ignoring,repeating,safe,unsafe")
  Set<String> userLabels();

  /** How long Kafka may take to confirm a piece of feedback. */
  @WithDefault("10s")
  Duration ackTimeout();

  /** How many requests may wait for Kafka at once; more get 503. */
  @WithDefault("100")
  int maxWaiting();

  /** How much one person may send. */
  Quota quota();

  /** What is kept in memory to answer from. */
  Index index();

  /** How much one person may send; counted per replica. */
  interface Quota {

    /** Pieces of feedback within the window. */
    @WithDefault("60")
    int perPerson();

    /** The window. */
    @WithDefault("1m")
    Duration window();

    /** People whose use is remembered at once. */
    @WithDefault("50000")
    int people();
  }

  /**
   * What is kept in memory to answer from; the oldest leave first. The defaults fit a heap of 192
   * MB; give more of both to a service with many people.
   */
  interface Index {

    /** Replies remembered; each takes about 1.6 KB. */
    @WithDefault("40000")
    int replies();

    /** Pieces of feedback remembered; each takes about 1.7 KB besides its texts. */
    @WithDefault("20000")
    int feedback();

    /** Characters of feedback remembered, all texts together. */
    @WithDefault("8000000")
    long feedbackCharacters();

    /** Age at which both are forgotten, as the topics do. */
    @WithDefault("7d")
    Duration retention();

    /** A reply without an end counts as ended when nothing came for this long. */
    @WithDefault("5m")
    Duration abandonedAfter();

    /** How long a request waits for a reply that is on a screen but not yet in this view. */
    @WithDefault("500ms")
    Duration catchUp();
  }
}
