package dev.heed.inference.cli;

import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.Generation;
import dev.heed.inference.batching.Sampling;
import dev.heed.inference.batching.Scheduler;
import dev.heed.inference.batching.TokenSink;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.generation.MemoryTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Keeps an engine full for a while with prompts and replies of random lengths, a third of which are
 * cancelled at a random moment: memory as it goes on (pages of the cache are touched one by one, so
 * it rises at first; what still rises in the last parts is a leak), slots in the end, and how long
 * a cancellation took at full load.
 */
@Command(
    name = "soak",
    description = "Random lengths and cancels for a while; memory, slots, time to cancel.",
    mixinStandardHelpOptions = true)
final class SoakBench implements Callable<Integer> {

  private static final int PARTS = 10;
  private static final int MOST_PROMPT = 400;
  private static final int MOST_TOKENS = 200;
  private static final int SALTS = 40;

  @Mixin private EngineOptions engine;

  @Option(names = "--minutes", defaultValue = "20", description = "Default 20.")
  private double minutes;

  @Option(names = "--running", defaultValue = "16", description = "Sequences at once; default 16.")
  private int running;

  @Option(names = "--seed", defaultValue = "1", description = "Default 1.")
  private long seed;

  @Option(names = "--json", description = "JSON lines (always).")
  private boolean json;

  private final Map<Finish, Integer> ends = new EnumMap<>(Finish.class);
  private final List<Long> cancelNanos = new ArrayList<>();
  private final List<Double> resident = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    ChatModel model = engine.load();
    var limits = engine.limits(model).withRunning(running).withRetained(running);
    limits = limits.withWaiting(running).withPositions(MOST_PROMPT + MOST_TOKENS);
    try (ChatEngine loaded = engine.start(model, limits, EngineObserver.NONE, true)) {
      Scheduler scheduler = loaded.scheduler();
      BenchLoad.run(scheduler, model.config().vocabulary(), running, MOST_PROMPT, 8, 0);
      Instant begin = Instant.now();
      for (int part = 1; part <= PARTS; part++) {
        load(scheduler, model.config().vocabulary(), begin.plusMillis(millis(part)));
        System.gc();
        resident.add(MemoryTable.mega(MemoryTable.resident().orElse(0)));
        System.err.printf("%d of %d parts, resident %s MB%n", part, PARTS, resident.getLast());
      }
      print(scheduler);
      return scheduler.usedSlots() == 0 && scheduler.waiting() == 0 ? 0 : 1;
    }
  }

  /** From the begin to the end of a part. */
  private long millis(int part) {
    return (long) (minutes * 60_000 * part / PARTS);
  }

  private void load(Scheduler scheduler, int vocabulary, Instant until)
      throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed++);
    int atOnce = running + running / 2;
    Semaphore free = new Semaphore(atOnce);
    List<Watched> open = new ArrayList<>();
    for (long i = 0; Instant.now().isBefore(until); i++) {
      free.acquire();
      Watched watched = new Watched("soak-" + seed + "-" + i, free);
      int[] prompt = random.ints(1 + random.nextInt(MOST_PROMPT), 100, vocabulary).toArray();
      int tokens = 1 + random.nextInt(MOST_TOKENS);
      Instant deadline = Instant.now().plusSeconds(3600);
      var sampling = Sampling.of(1, 50, 0.95, 0, 1.1, 0.1, 0.1, i);
      String salt = "p" + random.nextInt(SALTS);
      var request = new Generation(watched.id, prompt, tokens, sampling, deadline, salt, watched);
      if (scheduler.submit(request) != Admission.ACCEPTED) {
        free.release();
        continue;
      }
      open.add(watched);
      open.removeIf(w -> w.over);
      if (random.nextInt(3) == 0 && !open.isEmpty()) {
        open.get(random.nextInt(open.size())).cancel(scheduler);
      }
    }
    free.acquire(atOnce);
  }

  private void print(Scheduler scheduler) throws Exception {
    long[] sorted = cancelNanos.stream().mapToLong(Long::longValue).sorted().toArray();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("bench", "soak");
    line.put("minutes", minutes);
    line.put("running", running);
    line.put("ends", ends);
    line.put("slots_used_in_the_end", scheduler.usedSlots());
    line.put("cancels", sorted.length);
    if (sorted.length > 0) {
      line.put("cancel_ms_p50", BenchLoad.round(sorted[sorted.length / 2] / 1e6));
      line.put("cancel_ms_p95", BenchLoad.round(sorted[sorted.length * 95 / 100] / 1e6));
      line.put("cancel_ms_max", BenchLoad.round(sorted[sorted.length - 1] / 1e6));
    }
    line.put("resident_mb", resident);
    BenchLoad.print(line);
  }

  /** One request, and when it was cancelled. */
  private final class Watched implements TokenSink {

    private final String id;
    private final Semaphore free;
    private volatile boolean over;
    private volatile long cancelledAt;

    private Watched(String id, Semaphore free) {
      this.id = id;
      this.free = free;
    }

    void cancel(Scheduler scheduler) {
      if (cancelledAt == 0) {
        cancelledAt = System.nanoTime();
        scheduler.stop(id, Finish.CANCELLED);
      }
    }

    @Override
    public boolean accept(int token) {
      return true;
    }

    @Override
    public void finished(Finish finish, Tally tally) {
      over = true;
      synchronized (ends) {
        ends.merge(finish, 1, Integer::sum);
        if (finish == Finish.CANCELLED) {
          cancelNanos.add(System.nanoTime() - cancelledAt);
        }
      }
      free.release();
    }
  }
}
