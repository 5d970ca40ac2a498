package dev.heed.trust.flow;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when people's scores can be read. */
@Readiness
@ApplicationScoped
public class StoreReadiness implements HealthCheck {

  private final Scores scores;

  StoreReadiness(Scores scores) {
    this.scores = scores;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("trust-store").status(scores.isReady()).build();
  }
}
