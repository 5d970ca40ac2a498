package dev.heed.safety.flow;

import dev.heed.safety.classifier.Classifiers;
import dev.heed.safety.drift.ScoreDrift;
import dev.heed.safety.drift.ScoreReference;
import dev.heed.safety.matching.PhraseMatcher;
import dev.heed.safety.opinion.Opinionated;
import dev.heed.safety.opinion.SecondOpinion;
import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.GatedClassifier;
import dev.heed.safety.screening.Screener;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.SchemaCatalog;
import dev.heed.schemas.SchemaExchange;
import dev.heed.schemas.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jboss.logging.Logger;

/** Makes the parts that the flow is put together from. */
@Singleton
class Parts {

  private static final Logger LOG = Logger.getLogger(Parts.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final SafetyConfig config;

  Parts(SafetyConfig config) {
    this.config = config;
  }

  @Produces
  @Singleton
  SchemaCatalog catalog() {
    return SchemaCatalog.ofKnown();
  }

  @Produces
  @Singleton
  SchemaExchange exchange(
      @Identifier("default-kafka-broker") Map<String, Object> kafka, SchemaCatalog catalog) {
    return new SchemaExchange(kafka, Topics.SAFETY, catalog);
  }

  void close(@Disposes SchemaExchange exchange) {
    exchange.close();
  }

  /** Wants the exchange first: schemas are announced before the first event. */
  @Produces
  @Singleton
  EventCodec codec(SchemaCatalog catalog, SchemaExchange exchange) {
    return new EventCodec(catalog, PATIENCE);
  }

  @Produces
  @Singleton
  Classifier classifier(SafetyMetrics metrics) {
    metrics.classifierOff(config.classifier() == SafetyConfig.Kind.NONE);
    if (config.classifier() == SafetyConfig.Kind.NONE) {
      LOG.warn("Classifier off (heed.safety.classifier=none): the phrase matcher alone decides");
      return Classifier.none();
    }
    Classifier classifier =
        Classifiers.open(config.model(), config.classifierThreads(), config.classifierDeadline());
    LOG.infof("Classifier %s, ready: %s", classifier.version(), classifier.isReady());
    watch(metrics, classifier.version());
    return classifier;
  }

  /** A reference of another classifier's scores would cry wolf, or sleep. */
  private void watch(SafetyMetrics metrics, String version) {
    Path file = config.reference().orElse(config.model().resolve("reference.json"));
    if (!Files.isRegularFile(file)) {
      LOG.warnf("No %s: the drift of scores is not watched", file);
      return;
    }
    try {
      ScoreReference reference = ScoreReference.read(file);
      if (reference.classifier().equals(version)) {
        metrics.watch(new ScoreDrift(reference));
      } else {
        LOG.warnf("%s is of another classifier: the drift of scores is not watched", file);
      }
    } catch (IllegalArgumentException e) {
      LOG.warnf("The drift of scores is not watched: %s", e.getMessage());
    }
  }

  void close(@Disposes Classifier classifier) {
    classifier.close();
  }

  @Produces
  @Singleton
  Screener screener(Classifier classifier, SafetyMetrics metrics) {
    boolean beside = config.classifier() != SafetyConfig.Kind.NONE;
    GatedClassifier gate =
        new GatedClassifier(
            classifier, config.classifierThreads(), config.queue(), config.queueWait(), metrics);
    metrics.waiting(gate);
    return new Screener(
        PhraseMatcher.standard(beside), asked(gate, metrics), metrics, config.cacheSize());
  }

  /** Outside of the gate: who waits for another service must not keep this one's cores idle. */
  private Classifier asked(Classifier own, SafetyMetrics metrics) {
    SafetyConfig.Opinion other = config.secondOpinion();
    if (other.url().isEmpty()) {
      return own;
    }
    LOG.infof("Second opinion from %s, optional: %s", other.model(), other.optional());
    SecondOpinion.Settings settings =
        new SecondOpinion.Settings(
            other.url().get(),
            other.format(),
            other.model(),
            other.apiKey(),
            other.timeout(),
            other.optional());
    return new Opinionated(own, new SecondOpinion(settings, metrics::opinionMissed), other.model());
  }
}
