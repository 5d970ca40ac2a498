package dev.heed.safety.flow;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
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
  @WithDefault("8")
  int lanes();

  /** Records taken from a topic and not yet finished, at most. */
  @WithDefault("256")
  int inFlight();

  /** Replies whose progress is remembered, to drop duplicates and old attempts. */
  @WithDefault("20000")
  int trackedReplies();

  /** Which classifier. */
  enum Kind {
    ONNX,
    NONE
  }
}
