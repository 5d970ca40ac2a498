package dev.heed.trust.flow;

import dev.heed.trust.metrics.TrustMeters;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/**
 * A stream thread that fails is replaced: what made it fail was no record (those go to the dead
 * letters) but the broker or the disk, and may be gone. Its partitions begin at the last commit.
 */
@ApplicationScoped
public class Threads implements StreamsUncaughtExceptionHandler {

  private static final Logger LOG = Logger.getLogger(Threads.class);

  private final TrustMeters meters;

  Threads(TrustMeters meters) {
    this.meters = meters;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    // The messages may hold bytes of a record: the types must do.
    LOG.errorf(
        "a stream thread failed (%s, %s) and is replaced",
        failure.getClass().getName(), root.getClass().getName());
    meters.threadReplaced();
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }
}
