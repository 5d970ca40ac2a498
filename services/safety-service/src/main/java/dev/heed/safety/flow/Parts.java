package dev.heed.safety.flow;

import dev.heed.safety.classifier.Classifiers;
import dev.heed.safety.matching.PhraseMatcher;
import dev.heed.safety.policy.PolicyFile;
import dev.heed.safety.policy.PolicySet;
import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.Screener;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.SchemaCatalog;
import dev.heed.schemas.SchemaExchange;
import dev.heed.schemas.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
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
  PolicySet policies() {
    PolicySet policies = config.policy().map(PolicyFile::read).orElseGet(PolicyFile::standard);
    LOG.infof("Policy %s", policies.standard().version());
    return policies;
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
    return classifier;
  }

  void close(@Disposes Classifier classifier) {
    classifier.close();
  }

  @Produces
  @Singleton
  Screener screener(Classifier classifier, SafetyMetrics metrics) {
    boolean beside = config.classifier() != SafetyConfig.Kind.NONE;
    return new Screener(PhraseMatcher.standard(beside), classifier, metrics, config.cacheSize());
  }
}
