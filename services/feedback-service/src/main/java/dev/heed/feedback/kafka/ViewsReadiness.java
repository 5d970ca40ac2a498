package dev.heed.feedback.kafka;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the views hold all that was there at the start. */
@Readiness
class ViewsReadiness implements HealthCheck {

  private final Views views;

  ViewsReadiness(Views views) {
    this.views = views;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("views of chat.replies and feedback.events")
        .status(views.caughtUp())
        .build();
  }
}
