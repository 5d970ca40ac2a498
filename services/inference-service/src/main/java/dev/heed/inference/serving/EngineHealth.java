package dev.heed.inference.serving;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the model is loaded, all releases are in use, and this process is not stopping. */
@Readiness
@ApplicationScoped
class EngineHealth implements HealthCheck {

  private final Engine engine;
  private final ReleasesListener releases;

  EngineHealth(Engine engine, ReleasesListener releases) {
    this.engine = engine;
    this.releases = releases;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("model")
        .status(engine.ready().isPresent() && releases.caughtUp().isDone())
        .build();
  }
}
