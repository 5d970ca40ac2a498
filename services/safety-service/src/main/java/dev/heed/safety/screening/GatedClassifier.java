package dev.heed.safety.screening;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets a bounded number of texts at once into a classifier. The others wait in a bounded queue,
 * each for a bounded time: prompts and first chunks have a head start on later chunks, which so
 * wait longer and yet never for ever. A full queue or a wait that is too long is {@link
 * RatingException.Cause#OVERLOADED}: the text does not pass. Texts are not batched: on a CPU a
 * batch of texts takes as long as one after the other (docs/benchmarks.md) and delays the first.
 */
public final class GatedClassifier implements Classifier {

  /** How much earlier than its arrival an urgent text counts, ns. */
  private static final long HEAD_START = TimeUnit.MILLISECONDS.toNanos(250);

  private static final class Waiter {
    private final long rank;
    private final long order;
    private final Condition turn;
    private boolean admitted;

    Waiter(long rank, long order, Condition turn) {
      this.rank = rank;
      this.order = order;
      this.turn = turn;
    }
  }

  private final Classifier inner;
  private final int capacity;
  private final long patience;
  private final ScreeningMeter meter;
  private final ReentrantLock lock = new ReentrantLock();
  private final PriorityQueue<Waiter> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong((Waiter w) -> w.rank).thenComparingLong(w -> w.order));
  private final long start = System.nanoTime();
  private int free;
  private long order;

  /**
   * @param inner rates
   * @param parallel texts that are rated at the same time
   * @param capacity texts that wait at most
   * @param patience longest wait
   * @param meter told of every wait
   */
  public GatedClassifier(
      Classifier inner, int parallel, int capacity, Duration patience, ScreeningMeter meter) {
    if (parallel < 1 || capacity < 0 || patience.isNegative()) {
      throw new IllegalArgumentException("parallel, capacity and patience of the classifier");
    }
    this.inner = inner;
    this.free = parallel;
    this.capacity = capacity;
    this.patience = patience.toNanos();
    this.meter = meter;
  }

  @Override
  public Rating rate(Subject subject) {
    long arrived = System.nanoTime();
    enter(subject.urgent());
    meter.waited(System.nanoTime() - arrived);
    try {
      return inner.rate(subject);
    } finally {
      leave();
    }
  }

  /** Texts that wait now. */
  public int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void enter(boolean urgent) {
    lock.lock();
    try {
      if (free > 0) {
        free--;
        return;
      }
      if (waiting.size() >= capacity) {
        throw new RatingException(RatingException.Cause.OVERLOADED);
      }
      long rank = System.nanoTime() - start - (urgent ? HEAD_START : 0);
      Waiter own = new Waiter(rank, order++, lock.newCondition());
      waiting.add(own);
      await(own);
    } finally {
      lock.unlock();
    }
  }

  private void await(Waiter own) {
    long left = patience;
    try {
      while (!own.admitted && left > 0) {
        left = own.turn.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (own.admitted) {
        passOn();
        own.admitted = false;
      }
    }
    if (!own.admitted) {
      waiting.remove(own);
      throw new RatingException(RatingException.Cause.OVERLOADED);
    }
  }

  private void leave() {
    lock.lock();
    try {
      passOn();
    } finally {
      lock.unlock();
    }
  }

  private void passOn() {
    Waiter next = waiting.poll();
    if (next == null) {
      free++;
    } else {
      next.admitted = true;
      next.turn.signal();
    }
  }

  @Override
  public String version() {
    return inner.version();
  }

  @Override
  public boolean isReady() {
    return inner.isReady();
  }

  @Override
  public void close() {
    inner.close();
  }
}
