package dev.heed.chat.live;

import dev.heed.chat.store.Conversations;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when kept conversations can be read. */
@Readiness
@ApplicationScoped
public class StoreReadiness implements HealthCheck {

  private final Conversations conversations;

  StoreReadiness(Conversations conversations) {
    this.conversations = conversations;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("conversation-store").status(conversations.isReady()).build();
  }
}
