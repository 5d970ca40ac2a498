package dev.heed.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.kafka.streams.KafkaStreams.State;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class StoreReadinessTest {

  private final StoreReadiness readiness = new StoreReadiness(null);

  private Status in(State state) {
    return readiness.in(state).getStatus();
  }

  @Test
  void isReadyFromTheFirstRunUntilTheStoreStops() {
    assertEquals(Status.DOWN, in(State.CREATED));
    assertEquals(Status.DOWN, in(State.REBALANCING));
    assertEquals(Status.UP, in(State.RUNNING));
    assertEquals(Status.UP, in(State.REBALANCING));
    assertEquals(Status.DOWN, in(State.PENDING_ERROR));
    assertEquals(Status.DOWN, in(State.ERROR));
    assertEquals(Status.DOWN, in(State.PENDING_SHUTDOWN));
  }
}
