package dev.heed.inference.batching;

import com.sun.management.OperatingSystemMXBean;
import dev.heed.inference.runtime.GenaiConfig;
import java.lang.management.ManagementFactory;

/**
 * The bounds of one engine.
 *
 * @param running sequences that decode in one batch
 * @param retained further slots that keep finished conversations for their next turn
 * @param waiting requests that may wait
 * @param positions tokens of prompt and reply together
 * @param prefillTokens prompt tokens a step
 * @param threads intra-op threads
 * @param spinning whether the threads spin between runs
 */
public record EngineLimits(
    int running,
    int retained,
    int waiting,
    int positions,
    int prefillTokens,
    int threads,
    boolean spinning) {

  private static final int MAX_POSITIONS = 4096;
  private static final int STREAMS_PER_CORE = 16;
  private static final int MAX_RUNNING = 64;
  private static final double CACHE_SHARE = 0.25;

  /** The fastest of those measured over a byte cache (ADR 29). */
  private static final int PREFILL_TOKENS = 128;

  public EngineLimits {
    require(running >= 1 && running <= 1024, "running");
    require(retained >= 0 && retained <= 4096, "retained");
    require(waiting >= 1, "waiting");
    require(positions >= 16, "positions");
    require(prefillTokens >= 1, "prefillTokens");
    require(threads >= 1 && threads <= 1024, "threads");
  }

  private static void require(boolean holds, String field) {
    if (!holds) {
      throw new IllegalArgumentException("heed.inference: " + field + " is out of bounds");
    }
  }

  /**
   * Bounds from this machine's (or container's) memory and cores: a quarter of the memory for the
   * cache, sixteen streams a core.
   */
  public static EngineLimits of(GenaiConfig model) {
    var os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    int cores = Runtime.getRuntime().availableProcessors();
    return of(model, os.getTotalMemorySize(), cores);
  }

  static EngineLimits of(GenaiConfig model, long memoryBytes, int cores) {
    int positions = Math.min(model.context(), MAX_POSITIONS);
    long slots = (long) (memoryBytes * CACHE_SHARE) / (positions * model.bytesPerToken());
    int running = (int) Math.clamp(slots / 2, 1, Math.min(MAX_RUNNING, STREAMS_PER_CORE * cores));
    int retained = (int) Math.clamp(slots - running, 0, running);
    return new EngineLimits(
        running, retained, 4 * running, positions, PREFILL_TOKENS, Math.max(1, cores), false);
  }

  /** Slots in the cache. */
  public int slots() {
    return running + retained + 1;
  }

  public EngineLimits withRunning(int number) {
    return new EngineLimits(number, retained, waiting, positions, prefillTokens, threads, spinning);
  }

  public EngineLimits withRetained(int number) {
    return new EngineLimits(running, number, waiting, positions, prefillTokens, threads, spinning);
  }

  public EngineLimits withWaiting(int number) {
    return new EngineLimits(running, retained, number, positions, prefillTokens, threads, spinning);
  }

  public EngineLimits withPositions(int number) {
    return new EngineLimits(running, retained, waiting, number, prefillTokens, threads, spinning);
  }

  public EngineLimits withPrefillTokens(int number) {
    return new EngineLimits(running, retained, waiting, positions, number, threads, spinning);
  }

  public EngineLimits withThreads(int number, boolean spin) {
    return new EngineLimits(running, retained, waiting, positions, prefillTokens, number, spin);
  }
}
