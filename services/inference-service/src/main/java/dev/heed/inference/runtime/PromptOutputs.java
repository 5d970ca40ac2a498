package dev.heed.inference.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Where a graph for prompts leaves the keys and values of a part of one, until they are put into
 * the cache; as large as one slot, taken page by page as it is used.
 */
final class PromptOutputs {

  private final Ort ort = Ort.get();
  private final GenaiConfig.Names names;
  private final HostSlotCache cache;
  private final SlotLayout layout;
  private final int type;
  private final MemorySegment[] blocks;

  PromptOutputs(Arena arena, GenaiConfig config, int type, SlotLayout layout, HostSlotCache cache) {
    names = config.names();
    this.cache = cache;
    this.layout = layout;
    this.type = type;
    blocks = new MemorySegment[cache.blocks()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = NativeMemory.lazy(arena, layout.slotBytes());
    }
  }

  /**
   * Binds a run's keys and values to this.
   *
   * @param count prompt tokens of that run
   * @param values receives what the caller releases after the run
   */
  void bind(MemorySegment binding, int count, List<MemorySegment> values) {
    SlotLayout part = layout.withPositions(count);
    for (int i = 0; i < blocks.length; i++) {
      MemorySegment data = blocks[i].asSlice(0, part.slotBytes());
      MemorySegment value = ort.createTensor(data, type, part.shape(1));
      values.add(value);
      ort.bindOutput(binding, names.present(i), value);
    }
  }

  /** Puts the last run's keys and values behind those that the slot holds. */
  void append(int slot, int past, int count) {
    cache.append(slot, past, count, blocks);
  }
}
