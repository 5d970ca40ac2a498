package dev.heed.inference.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What threads share, in every order that is possible: all that callers, cancellers, the decoder
 * and a stopping process do to the {@link WaitingLine} happens behind one lock, so an execution is
 * an order of their calls. Short programs of four threads, all of their interleavings.
 */
class InterleavingsTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  /** One execution: the line, and what each request was answered and how it ended. */
  private static final class World {

    final WaitingLine line = new WaitingLine(2, () -> NOW);
    final Map<String, Admission> admitted = new HashMap<>();
    final Map<String, Finish> ended = new HashMap<>();
    final Set<String> stopped = new java.util.HashSet<>();
    final List<Sequence> served = new ArrayList<>();
    boolean closed;

    void submit(String id, int seconds) {
      boolean open = admitted.get(id) == Admission.ACCEPTED && !ended.containsKey(id);
      Admission answer = line.add(request(id, seconds));
      assertEquals(closed, answer == Admission.STOPPING, "a closed line takes nobody");
      if (open) {
        assertEquals(Admission.DUPLICATE, answer);
        return;
      }
      ended.remove(id);
      stopped.remove(id);
      admitted.merge(id, answer, (old, now) -> old == Admission.ACCEPTED ? old : now);
    }

    void cancel(String id) {
      boolean known = line.stop(id, Finish.CANCELLED);
      boolean open = admitted.get(id) == Admission.ACCEPTED && !ended.containsKey(id);
      assertEquals(open, known, "who is under way can be stopped, nobody else");
      if (known) {
        stopped.add(id);
      }
    }

    void sweep() {
      line.removeStopped(NOW).forEach(this::end);
      for (Sequence sequence : List.copyOf(served)) {
        if (sequence.stopBy != null) {
          served.remove(sequence);
          end(sequence);
        }
      }
    }

    void serve() {
      line.poll().ifPresent(served::add);
    }

    void finish() {
      served.forEach(this::end);
      served.clear();
    }

    void close() {
      line.close();
      closed = true;
    }

    private void end(Sequence sequence) {
      Finish how = sequence.stopBy == null ? Finish.STOP : sequence.stopBy;
      assertEquals(null, ended.put(sequence.request.id(), how), "ends once");
      line.forget(sequence);
    }

    /** Lets the decoder come to its end, then looks. */
    void check() throws InterruptedException {
      while (line.size() > 0) {
        sweep();
        serve();
      }
      finish();
      admitted.forEach(
          (id, answer) ->
              assertEquals(answer == Admission.ACCEPTED, ended.containsKey(id), "all end: " + id));
      Set<Finish> stops = EnumSet.of(Finish.CANCELLED, Finish.HANDED_OVER);
      stopped.forEach(id -> assertTrue(stops.contains(ended.get(id)), "no stop is lost: " + id));
      if (!closed) {
        ended.forEach((_, how) -> assertFalse(how == Finish.HANDED_OVER, "nobody was stopping"));
      }
      assertTrue(line.awaitEmpty(Duration.ZERO), "nothing is left");
    }

    private static Generation request(String id, int seconds) {
      TokenSink none =
          new TokenSink() {
            @Override
            public boolean accept(int token) {
              return true;
            }

            @Override
            public void finished(Finish finish, Tally tally) {}
          };
      return new Generation(
          id, new int[] {1}, 1, Sampling.GREEDY, NOW.plusSeconds(seconds), "", none);
    }
  }

  /** A call of one thread. */
  @FunctionalInterface
  private interface Step {
    void on(World world);
  }

  @Test
  void everyOrderKeepsThePromises() throws InterruptedException {
    List<List<Step>> threads =
        List.of(
            List.of(w -> w.submit("a", 20), w -> w.submit("b", 10), w -> w.submit("c", 30)),
            List.of(w -> w.cancel("a"), w -> w.cancel("b")),
            List.of(World::sweep, World::serve, World::sweep, World::serve, World::finish),
            List.of(World::close));

    int orders = explore(threads, new int[threads.size()], new ArrayList<>());

    assertEquals(27_720, orders, "11! / (3! 2! 5! 1!)");
  }

  /** The same id again, as after a rebalance, while it waits, is served, or has ended. */
  @Test
  void aRequestThatComesTwiceIsWrittenOnceAtATime() throws InterruptedException {
    List<List<Step>> threads =
        List.of(
            List.of(w -> w.submit("a", 20)),
            List.of(w -> w.submit("a", 20)),
            List.of(w -> w.cancel("a")),
            List.of(World::sweep, World::serve, World::sweep));

    int orders = explore(threads, new int[threads.size()], new ArrayList<>());

    assertEquals(120, orders, "6! / 3!");
  }

  private static int explore(List<List<Step>> threads, int[] at, List<Step> order)
      throws InterruptedException {
    boolean whole = true;
    int orders = 0;
    for (int thread = 0; thread < threads.size(); thread++) {
      if (at[thread] < threads.get(thread).size()) {
        whole = false;
        order.add(threads.get(thread).get(at[thread]++));
        orders += explore(threads, at, order);
        order.removeLast();
        at[thread]--;
      }
    }
    if (!whole) {
      return orders;
    }
    World world = new World();
    order.forEach(step -> step.on(world));
    world.check();
    return 1;
  }
}
