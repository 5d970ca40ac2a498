package dev.heed.chat.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.jboss.logging.Logger;

/**
 * Alive until only a restart helps: when the conversation store has stopped for good, or when it
 * ran and now waits for a partition that does not come. A store that never ran is waited for, so
 * that a broker that is away makes no circle of restarts.
 */
@Liveness
@ApplicationScoped
public class StoreLiveness implements HealthCheck {

  /** A handover takes seconds, and one that restores much says so with every batch. */
  static final Duration STUCK = Duration.ofSeconds(60);

  private static final Logger LOG = Logger.getLogger(StoreLiveness.class);

  private final StoreProgress store;
  private final Supplier<?> threads;
  private final AtomicBoolean told = new AtomicBoolean();

  @Inject
  StoreLiveness(StoreProgress store, KafkaStreams streams) {
    this(store, streams::metadataForLocalThreads);
  }

  /**
   * @param threads and their tasks, for the log
   */
  StoreLiveness(StoreProgress store, Supplier<?> threads) {
    this.store = store;
    this.threads = threads;
  }

  @Override
  public HealthCheckResponse call() {
    State state = store.state();
    boolean stuck = store.handsOver() && store.stoodStill().compareTo(STUCK) > 0;
    if (stuck && told.compareAndSet(false, true)) {
      // A restart takes away what an operator needs to see which partition it was.
      LOG.errorf(
          "The conversation store ran and now waits for a partition that does not come; only a"
              + " restart helps. Threads: %s",
          threads.get());
    }
    return HealthCheckResponse.named("conversation-store")
        .status(state != State.ERROR && !stuck)
        .withData("state", state.name())
        .withData("stood-still-seconds", store.stoodStill().toSeconds())
        .build();
  }
}
