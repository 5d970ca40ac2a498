package dev.heed.safety.flow;

import dev.heed.safety.opinion.SecondOpinion;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What an operator may set. */
@ConfigMapping(prefix = "heed.safety")
public interface SafetyConfig {

  /** {@code onnx}: the trained classifier; {@code none}: the phrase matcher alone. */
  @WithDefault("onnx")
  Kind classifier();

  /** Folder of the classifier (model.onnx, tokenizer.json, classifier.json). */
  @WithDefault("models/safety/classifier")
  Path model();

  /** A policy file; the built-in policy when absent. */
  Optional<Path> policy();

  /** A reference of score distributions; without it the one beside the network, if there is one. */
  Optional<Path> reference();

  /** A policy file that decides on the same scores and is only counted (a dry run). */
  Optional<Path> shadowPolicy();

  /** How often the policy files are looked at. */
  @WithDefault("2s")
  Duration policyPoll();

  /** Unsafe share of turns, decayed, at which a conversation or person is met with caution. */
  @WithDefault("0.3")
  double cautionRate();

  /** What thresholds are multiplied with under caution, (0, 1]. */
  @WithDefault("0.7")
  double cautionFactor();

  /** How long a turn is kept back under caution, before the model sees it. */
  @WithDefault("1s")
  Duration cautionDelay();

  /** After this time a turn counts half in the record. */
  @WithDefault("30m")
  Duration cautionHalfLife();

  /** Texts that wait for the classifier at most; one more is refused as overloaded. */
  @WithDefault("256")
  int queue();

  /** Longest wait for a turn at the classifier. */
  @WithDefault("2s")
  Duration queueWait();

  /** Longest wait for one rating of a text of one window; more windows get more. */
  @WithDefault("1s")
  Duration classifierDeadline();

  /** Threads that run the classifier, one core each. */
  @WithDefault("2")
  int classifierThreads();

  /** Ratings kept by hash of the text in its context. */
  @WithDefault("20000")
  int cacheSize();

  /** Conversations that are screened at the same time, per topic. */
  @WithDefault("32")
  int lanes();

  /** Records taken from a topic and not yet finished, at most. */
  @WithDefault("256")
  int inFlight();

  /** Replies whose progress is remembered, to drop duplicates and old attempts. */
  @WithDefault("20000")
  int trackedReplies();

  /** A second rater behind an OpenAI-compatible endpoint; off without a URL. */
  Opinion secondOpinion();

  /** Whom else to ask. */
  interface Opinion {

    /** The endpoint itself, such as http://guard:8000/v1/moderations. */
    Optional<URI> url();

    /** {@code moderation}, or {@code llama-guard} for a chat endpoint with a guard model. */
    @WithDefault("moderation")
    SecondOpinion.Format format();

    /** Named in the request. */
    @WithDefault("omni-moderation-latest")
    String model();

    /** Sent as a bearer token. */
    Optional<String> apiKey();

    /** For the whole answer. */
    @WithDefault("800ms")
    Duration timeout();

    /** True: no answer counts as nothing found; false: what it cannot judge does not pass. */
    @WithDefault("false")
    boolean optional();
  }

  /** Which classifier. */
  enum Kind {
    ONNX,
    NONE
  }
}
