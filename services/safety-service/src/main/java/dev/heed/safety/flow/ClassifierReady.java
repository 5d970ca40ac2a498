package dev.heed.safety.flow;

import dev.heed.safety.screening.Classifier;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while the classifier cannot answer: every text would be refused. */
@Readiness
@ApplicationScoped
class ClassifierReady implements HealthCheck {

  private final Classifier classifier;

  ClassifierReady(Classifier classifier) {
    this.classifier = classifier;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("safety classifier")
        .status(classifier.isReady())
        .withData("version", classifier.version())
        .build();
  }
}
