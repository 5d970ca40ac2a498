package dev.heed.chat.store;

import dev.heed.chat.metrics.ChatMeters;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/**
 * What happens when a thread of the conversation store dies: it is replaced, unless it dies again
 * and again. Then the store stops, which readiness and liveness tell.
 */
@ApplicationScoped
public class StoreHealth implements StreamsUncaughtExceptionHandler {

  /** More deaths than this within {@link #WINDOW} are no accident. */
  static final int MAX_DEATHS = 5;

  static final Duration WINDOW = Duration.ofMinutes(1);

  private static final Logger LOG = Logger.getLogger(StoreHealth.class);

  private final ChatMeters meters;
  private final Deque<Long> deaths = new ArrayDeque<>();

  StoreHealth(ChatMeters meters) {
    this.meters = meters;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable cause) {
    return died(cause, System.nanoTime());
  }

  /** Classes only are logged: a message could quote a record. */
  synchronized StreamThreadExceptionResponse died(Throwable cause, long nanos) {
    meters.storeFailure();
    deaths.addLast(nanos);
    while (nanos - deaths.getFirst() > WINDOW.toNanos()) {
      deaths.removeFirst();
    }
    boolean again = deaths.size() <= MAX_DEATHS;
    LOG.errorf(
        "A thread of the conversation store died (%s%s); %s",
        cause.getClass().getName(),
        cause.getCause() == null ? "" : " by " + cause.getCause().getClass().getName(),
        again
            ? "a new one takes its place."
            : "it died too often, so the store stops: this replica is not ready and must be"
                + " restarted.");
    return again
        ? StreamThreadExceptionResponse.REPLACE_THREAD
        : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }
}
