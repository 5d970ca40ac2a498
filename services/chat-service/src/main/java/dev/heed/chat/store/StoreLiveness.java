package dev.heed.chat.store;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive until the conversation store has stopped for good: then only a restart helps. */
@Liveness
@ApplicationScoped
public class StoreLiveness implements HealthCheck {

  private final KafkaStreams streams;

  StoreLiveness(KafkaStreams streams) {
    this.streams = streams;
  }

  @Override
  public HealthCheckResponse call() {
    KafkaStreams.State state = streams.state();
    return HealthCheckResponse.named("conversation-store")
        .status(state != KafkaStreams.State.ERROR)
        .withData("state", state.name())
        .build();
  }
}
