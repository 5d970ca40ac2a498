package dev.heed.chat.store;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready when the conversation store runs, and from then on also while it hands over partitions: a
 * replica that joins must not take all others out of the load balancer.
 */
@Readiness
@ApplicationScoped
public class StoreReadiness implements HealthCheck {

  private final KafkaStreams streams;
  private volatile boolean ran;

  StoreReadiness(KafkaStreams streams) {
    this.streams = streams;
  }

  @Override
  public HealthCheckResponse call() {
    return in(streams.state());
  }

  HealthCheckResponse in(KafkaStreams.State state) {
    boolean running = state == KafkaStreams.State.RUNNING;
    ran |= running;
    return HealthCheckResponse.named("conversation-store")
        .status(running || (ran && state == KafkaStreams.State.REBALANCING))
        .withData("state", state.name())
        .build();
  }
}
