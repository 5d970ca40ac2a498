package dev.heed.safety.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serial queues on virtual threads: what has the same key runs in order, other keys beside it. The
 * number of waiting tasks is bounded by the subscriber's requests.
 */
final class Lanes implements AutoCloseable {

  private final List<ExecutorService> lanes = new ArrayList<>();

  Lanes(String name, int count) {
    for (int i = 0; i < count; i++) {
      lanes.add(
          Executors.newSingleThreadExecutor(Thread.ofVirtual().name(name + "-" + i).factory()));
    }
  }

  void run(String key, Runnable task) {
    lanes.get(Math.floorMod(key.hashCode(), lanes.size())).execute(task);
  }

  @Override
  public void close() {
    lanes.forEach(ExecutorService::close);
  }
}
