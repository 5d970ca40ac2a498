package dev.heed.chat.store;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the conversation store runs or is taking over partitions. */
@Readiness
@ApplicationScoped
public class StoreReadiness implements HealthCheck {

  private final KafkaStreams streams;

  StoreReadiness(KafkaStreams streams) {
    this.streams = streams;
  }

  @Override
  public HealthCheckResponse call() {
    KafkaStreams.State state = streams.state();
    boolean running = state == KafkaStreams.State.RUNNING;
    return HealthCheckResponse.named("conversation-store")
        .status(running)
        .withData("state", state.name())
        .build();
  }
}
