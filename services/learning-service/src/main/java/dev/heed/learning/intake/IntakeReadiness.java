package dev.heed.learning.intake;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while events are taken up. */
@Readiness
class IntakeReadiness implements HealthCheck {

  private final IntakeLoop loop;

  IntakeReadiness(IntakeLoop loop) {
    this.loop = loop;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("intake").status(loop.running()).build();
  }
}
