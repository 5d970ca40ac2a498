package dev.heed.inference.generation;

import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.runtime.GenaiConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What an engine takes of memory, in bytes, from the model's files and the engine's bounds; and
 * what the process really takes.
 *
 * @param mappedWeights the weights' files, mapped; the operating system may drop their pages
 * @param packedWeights the products' weights once more, as ONNX Runtime packs them for its kernels
 * @param slotBytes cache of one slot, all positions
 * @param slots in the cache
 * @param buffers ids, masks, positions, logits, and intermediate values of the largest run
 */
public record MemoryTable(
    long mappedWeights, long packedWeights, long slotBytes, int slots, long buffers) {

  /** The virtual machine beside heap and metadata: its library, its threads, the collector. */
  private static final long MACHINE = 64L << 20;

  /** Floats that a layer's largest intermediate values take for each token, by the head's size. */
  private static final int TOKEN_FLOATS = 24_000;

  private static final Path STATUS = Path.of("/proc/self/status");

  /** Of a model at these bounds. */
  public static MemoryTable of(ChatModel model, EngineLimits limits) throws IOException {
    GenaiConfig config = model.config();
    long weights = 0;
    try (var files = Files.list(model.folder())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = file.getFileName().toString();
        weights += name.startsWith(config.file()) ? Files.size(file) : 0;
      }
    }
    int wide = Math.max(limits.prefillTokens(), limits.slots());
    long rows = (long) limits.slots() * config.vocabulary() * Float.BYTES;
    long masks = (long) limits.slots() * limits.positions() * Long.BYTES;
    long slot = config.bytesPerToken() * limits.positions();
    long between = (long) wide * TOKEN_FLOATS * Float.BYTES;
    return new MemoryTable(weights, weights, slot, limits.slots(), rows + masks + between);
  }

  public long cache() {
    return slotBytes * slots;
  }

  /** Everything outside the virtual machine. */
  public long engine() {
    return mappedWeights + packedWeights + cache() + buffers;
  }

  /** The parts by name, in megabytes. */
  public Map<String, Double> megabytes() {
    Map<String, Double> rows = new LinkedHashMap<>();
    rows.put("weights_mapped", mega(mappedWeights));
    rows.put("weights_packed", mega(packedWeights));
    rows.put("cache_per_slot", mega(slotBytes));
    rows.put("cache_" + slots + "_slots", mega(cache()));
    rows.put("buffers", mega(buffers));
    return rows;
  }

  /**
   * What the virtual machine has touched: the most that its heap ever held (memory that is
   * committed but was never written is not resident), metadata and code, and its own parts.
   */
  public static long machine() {
    long heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum();
    var memory = ManagementFactory.getMemoryMXBean();
    return heap + memory.getNonHeapMemoryUsage().getCommitted() + MACHINE;
  }

  /** What the process takes of physical memory; empty where the system does not say. */
  public static OptionalLong resident() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  public static double mega(long bytes) {
    return Math.round(bytes / 104857.6) / 10.0;
  }
}
