package dev.heed.safety.cli;

import dev.heed.safety.classifier.Classifiers;
import dev.heed.safety.matching.PhraseMatcher;
import dev.heed.safety.policy.PolicyFile;
import dev.heed.safety.policy.PolicySet;
import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.Screener;
import dev.heed.safety.screening.ScreeningMeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What makes a screener on the command line, the same as in the service. */
final class ScreeningOptions {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int CACHE = 4096;

  @Option(
      names = "--model",
      description =
          "Folder of the classifier (default: $HEED_SAFETY_MODEL, models/safety/classifier)")
  private Path model;

  @Option(names = "--classifier", description = "onnx, or none for the phrase matcher alone")
  private String classifier;

  @Option(names = "--policy", description = "A policy file instead of the built-in policy")
  private Path policy;

  PolicySet policies() {
    return policy == null ? PolicyFile.standard() : PolicyFile.read(policy);
  }

  /**
   * Opens the classifier.
   *
   * @throws IllegalStateException when it is wanted and cannot be had
   */
  Classifier open(int threads) {
    String kind =
        Optional.ofNullable(classifier)
            .or(() -> Optional.ofNullable(System.getenv("HEED_SAFETY_CLASSIFIER")))
            .orElse("onnx");
    if (kind.equals("none")) {
      return Classifier.none();
    }
    if (!kind.equals("onnx")) {
      throw new IllegalStateException("--classifier must be onnx or none");
    }
    Classifier opened = Classifiers.open(folder(), threads, DEADLINE);
    if (!opened.isReady()) {
      throw new IllegalStateException(
          "the classifier in " + folder() + " cannot be used (" + opened.version() + ")");
    }
    return opened;
  }

  Path folder() {
    return Optional.ofNullable(model)
        .or(() -> Optional.ofNullable(System.getenv("HEED_SAFETY_MODEL")).map(Path::of))
        .orElse(Path.of("models/safety/classifier"));
  }

  static Screener screener(Classifier classifier) {
    boolean beside = !classifier.version().isEmpty();
    return new Screener(PhraseMatcher.standard(beside), classifier, ScreeningMeter.NONE, CACHE);
  }
}
