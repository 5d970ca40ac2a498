package dev.heed.inference.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The key/value cache of all slots: one block per layer and side, shaped [slots, heads, positions,
 * head size], so that the first B slots are a batch and one slot is a batch of one. Used by the
 * session's thread only.
 */
final class SlotCache {

  private static final long ALIGNMENT = 64;

  private final MemorySegment[] blocks;
  private final int heads;
  private final long rowBytes;
  private final long headBytes;
  private final long slotBytes;
  private final byte[] staging;

  SlotCache(Arena arena, GenaiConfig config, int elementBytes, int slots, int positions) {
    heads = config.kvHeads();
    rowBytes = (long) config.headSize() * elementBytes;
    headBytes = rowBytes * positions;
    slotBytes = headBytes * heads;
    blocks = new MemorySegment[2 * config.layers()];
    for (int i = 0; i < blocks.length; i++) {
      MemorySegment raw = NativeMemory.lazy(arena, slots * slotBytes + ALIGNMENT);
      long skip = (ALIGNMENT - raw.address() % ALIGNMENT) % ALIGNMENT;
      blocks[i] = raw.asSlice(skip, slots * slotBytes);
    }
    staging = new byte[(int) headBytes];
  }

  int blocks() {
    return blocks.length;
  }

  /** The first slots of one block. */
  MemorySegment first(int block, int slots) {
    return blocks[block].asSlice(0, slots * slotBytes);
  }

  /** One slot of one block. */
  MemorySegment slot(int block, int slot) {
    return blocks[block].asSlice(slot * slotBytes, slotBytes);
  }

  /** Copies the first positions of one slot over another's. */
  void copy(int from, int to, int positions) {
    long bytes = positions * rowBytes;
    for (MemorySegment block : blocks) {
      for (int h = 0; h < heads; h++) {
        MemorySegment.copy(block, at(from, h), block, at(to, h), bytes);
      }
    }
  }

  /** Exchanges two slots, as far as each is used. */
  void swap(int a, int b, int usedA, int usedB) {
    int bytesA = (int) (usedA * rowBytes);
    MemorySegment stage = MemorySegment.ofArray(staging);
    for (MemorySegment block : blocks) {
      for (int h = 0; h < heads; h++) {
        MemorySegment.copy(block, at(a, h), stage, 0, bytesA);
        MemorySegment.copy(block, at(b, h), block, at(a, h), usedB * rowBytes);
        MemorySegment.copy(stage, 0, block, at(b, h), bytesA);
      }
    }
  }

  private long at(int slot, int head) {
    return slot * slotBytes + head * headBytes;
  }
}
