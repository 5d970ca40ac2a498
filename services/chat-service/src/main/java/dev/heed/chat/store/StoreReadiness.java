package dev.heed.chat.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.apache.kafka.streams.KafkaStreams.State;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready when the conversation store runs, and from then on also while it hands over partitions: a
 * replica that joins must not take all others out of the load balancer. A handover that stands
 * still is none.
 */
@Readiness
@ApplicationScoped
public class StoreReadiness implements HealthCheck {

  /** Several times what a member's loss takes to be noticed. */
  static final Duration STANDS = Duration.ofSeconds(30);

  private final StoreProgress store;

  StoreReadiness(StoreProgress store) {
    this.store = store;
  }

  @Override
  public HealthCheckResponse call() {
    State state = store.state();
    boolean handsOver = store.handsOver() && store.stoodStill().compareTo(STANDS) < 0;
    return HealthCheckResponse.named("conversation-store")
        .status(state == State.RUNNING || handsOver)
        .withData("state", state.name())
        .build();
  }
}
