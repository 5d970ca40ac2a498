package dev.heed.inference.batching;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Requests that wait, oldest deadline first, and all that are known by id: what callers' threads
 * and the scheduler's thread share, behind one lock.
 */
final class WaitingLine {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private final PriorityQueue<Sequence> line =
      new PriorityQueue<>(
          Comparator.<Sequence, java.time.Instant>comparing(s -> s.request.deadline())
              .thenComparing(s -> s.arrival));
  private final Map<String, Sequence> known = new HashMap<>();
  private final int capacity;
  private final Pace pace;
  private boolean closed;
  private boolean woken;
  private long arrivals;

  WaitingLine(int capacity) {
    this(capacity, InstantSource.system());
  }

  WaitingLine(int capacity, InstantSource clock) {
    this.capacity = capacity;
    this.pace = new Pace(clock);
  }

  Admission add(Generation request) {
    lock.lock();
    try {
      if (closed) {
        return Admission.STOPPING;
      }
      if (line.size() >= capacity || pace.isTooLate(ahead(request), request.deadline())) {
        return Admission.OVERLOADED;
      }
      if (known.containsKey(request.id())) {
        return Admission.DUPLICATE;
      }
      Sequence sequence = new Sequence(request, arrivals++);
      known.put(request.id(), sequence);
      line.add(sequence);
      pace.length(line.size());
      wake();
      return Admission.ACCEPTED;
    } finally {
      lock.unlock();
    }
  }

  /** How many wait that will be served before a request. */
  private long ahead(Generation request) {
    return line.stream().filter(s -> !s.request.deadline().isAfter(request.deadline())).count();
  }

  /** The next one to serve. */
  Optional<Sequence> poll() {
    lock.lock();
    try {
      Optional<Sequence> next = Optional.ofNullable(line.poll());
      next.ifPresent(_ -> pace.served());
      pace.length(line.size());
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Marks a request, waiting or running; false when it is not known. */
  boolean stop(String id, Finish finish) {
    lock.lock();
    try {
      Sequence sequence = known.get(id);
      if (sequence == null) {
        return false;
      }
      sequence.stopBy = finish;
      wake();
      return true;
    } finally {
      lock.unlock();
    }
  }

  void forget(Sequence sequence) {
    lock.lock();
    try {
      known.remove(sequence.request.id(), sequence);
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes out those that were stopped while they waited, or all. */
  List<Sequence> removeStopped(java.time.Instant now) {
    lock.lock();
    try {
      List<Sequence> stopped = new ArrayList<>();
      for (Sequence sequence : line) {
        if (sequence.stopBy == null && sequence.request.deadline().isBefore(now)) {
          sequence.stopBy = Finish.DEADLINE;
        }
        if (sequence.stopBy != null) {
          stopped.add(sequence);
        }
      }
      line.removeAll(stopped);
      pace.length(line.size());
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more; those that wait are handed over. */
  void close() {
    lock.lock();
    try {
      closed = true;
      line.forEach(s -> s.stopBy = Finish.HANDED_OVER);
      wake();
    } finally {
      lock.unlock();
    }
  }

  void stopAll(Finish finish) {
    lock.lock();
    try {
      known.values().forEach(s -> s.stopBy = finish);
      wake();
    } finally {
      lock.unlock();
    }
  }

  /** Makes the scheduler take a step though nothing came. */
  void nudge() {
    lock.lock();
    try {
      wake();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    woken = true;
    change.signalAll();
  }

  /** Blocks the scheduler until there is something to do; false when closed and empty. */
  boolean awaitWork() throws InterruptedException {
    lock.lock();
    try {
      while (line.isEmpty() && !woken && !closed) {
        change.await();
      }
      woken = false;
      return !closed || !known.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until nothing is known any more; false when that took longer. */
  boolean awaitEmpty(java.time.Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (!known.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = change.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return line.size();
    } finally {
      lock.unlock();
    }
  }
}
