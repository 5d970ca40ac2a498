package dev.heed.safety.classifier;

import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.Rater;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.RatingException;
import dev.heed.safety.screening.Subject;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a rater on a few threads of its own with a deadline and a bounded queue. Whatever the rater
 * does, stall, crash or fall behind, the answer is a {@link RatingException} in time.
 */
public final class DeadlineClassifier implements Classifier {

  private static final int QUEUE = 512;

  /** Characters of one window, about; a long text may take as many deadlines as it has windows. */
  private static final int CHARACTERS_PER_DEADLINE = 4000;

  private final Rater rater;
  private final String version;
  private final Duration deadline;
  private final ThreadPoolExecutor threads;

  /**
   * @param rater what does the work
   * @param deadline of a text of up to 4,000 characters; a longer one has proportionally more
   */
  public DeadlineClassifier(Rater rater, String version, int threadCount, Duration deadline) {
    this.rater = rater;
    this.version = version;
    this.deadline = deadline;
    this.threads =
        new ThreadPoolExecutor(
            threadCount,
            threadCount,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            Thread.ofPlatform().daemon().name("classifier-", 0).factory());
  }

  @Override
  public Rating rate(Subject subject) {
    Future<Rating> future = submit(subject);
    long pieces = 1 + subject.text().length() / CHARACTERS_PER_DEADLINE;
    try {
      return future.get(deadline.multipliedBy(pieces).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new RatingException(RatingException.Cause.DEADLINE, e);
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new RatingException(RatingException.Cause.DEADLINE, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RatingException known
          ? known
          : new RatingException(RatingException.Cause.ERROR, e.getCause());
    }
  }

  private Future<Rating> submit(Subject subject) {
    try {
      return threads.submit(() -> rater.rate(subject));
    } catch (RejectedExecutionException e) {
      throw new RatingException(RatingException.Cause.OVERLOADED, e);
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public boolean isReady() {
    return !threads.isShutdown();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
