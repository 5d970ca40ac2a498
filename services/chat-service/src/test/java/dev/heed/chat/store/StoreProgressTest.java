package dev.heed.chat.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams.State;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class StoreProgressTest {

  private static final TopicPartition CHANGELOG = new TopicPartition("changelog", 0);

  private long nanos;
  private final StoreProgress store = new StoreProgress(() -> nanos);
  private final StoreReadiness readiness = new StoreReadiness(store);
  private final StoreLiveness liveness = new StoreLiveness(store, () -> "one thread");

  private void changes(State state) {
    store.onChange(state, store.state());
  }

  private void passes(Duration time) {
    nanos += time.toNanos();
  }

  private void assertHealth(Status ready, Status alive) {
    assertEquals(ready, readiness.call().getStatus(), "ready");
    assertEquals(alive, liveness.call().getStatus(), "alive");
  }

  @Test
  void isReadyFromTheFirstRunUntilTheStoreStops() {
    assertHealth(Status.DOWN, Status.UP);
    changes(State.REBALANCING);
    assertHealth(Status.DOWN, Status.UP);
    changes(State.RUNNING);
    assertHealth(Status.UP, Status.UP);
    changes(State.REBALANCING);
    assertHealth(Status.UP, Status.UP);
    changes(State.PENDING_ERROR);
    assertHealth(Status.DOWN, Status.UP);
    changes(State.ERROR);
    assertHealth(Status.DOWN, Status.DOWN);
  }

  @Test
  void aHandoverThatStandsStillIsNeitherReadyNorInTheEndAlive() {
    changes(State.RUNNING);
    passes(Duration.ofHours(1));
    assertHealth(Status.UP, Status.UP);
    changes(State.REBALANCING);
    passes(StoreReadiness.STANDS);
    assertHealth(Status.DOWN, Status.UP);
    passes(StoreLiveness.STUCK);
    assertHealth(Status.DOWN, Status.DOWN);
    changes(State.RUNNING);
    assertHealth(Status.UP, Status.UP);
  }

  @Test
  void aLongRestorationIsNoStandstill() {
    changes(State.RUNNING);
    changes(State.REBALANCING);
    for (int i = 0; i < 100; i++) {
      passes(Duration.ofSeconds(20));
      store.onBatchRestored(CHANGELOG, "store", i, 1);
      assertHealth(Status.UP, Status.UP);
    }
  }

  @Test
  void aStoreThatNeverRanIsWaitedFor() {
    changes(State.REBALANCING);
    passes(Duration.ofHours(1));
    assertHealth(Status.DOWN, Status.UP);
  }
}
