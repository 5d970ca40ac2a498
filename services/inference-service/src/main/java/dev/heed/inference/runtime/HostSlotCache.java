package dev.heed.inference.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The cache of all slots in the machine's memory, taken page by page as it is used. */
final class HostSlotCache implements SlotCache {

  private static final long ALIGNMENT = 64;

  private final Ort ort = Ort.get();
  private final SlotLayout layout;
  private final int type;
  private final MemorySegment[] blocks;
  private final byte[] staging;

  HostSlotCache(Arena arena, GenaiConfig config, int type, SlotLayout layout, int slots) {
    this.layout = layout;
    this.type = type;
    blocks = new MemorySegment[2 * config.layers()];
    for (int i = 0; i < blocks.length; i++) {
      MemorySegment raw = NativeMemory.lazy(arena, slots * layout.slotBytes() + ALIGNMENT);
      long skip = (ALIGNMENT - raw.address() % ALIGNMENT) % ALIGNMENT;
      blocks[i] = raw.asSlice(skip, slots * layout.slotBytes());
    }
    staging = new byte[(int) layout.headBytes()];
  }

  @Override
  public int blocks() {
    return blocks.length;
  }

  @Override
  public MemorySegment tensor(int block, int first, int count) {
    MemorySegment data =
        blocks[block].asSlice(first * layout.slotBytes(), count * layout.slotBytes());
    return ort.createTensor(data, type, layout.shape(count));
  }

  @Override
  public void copy(int from, int to, int positions) {
    long bytes = positions * layout.rowBytes();
    for (MemorySegment block : blocks) {
      for (int h = 0; h < layout.heads(); h++) {
        MemorySegment.copy(block, layout.at(from, h), block, layout.at(to, h), bytes);
      }
    }
  }

  /**
   * Puts keys and values behind the ones that a slot holds.
   *
   * @param past how many it holds
   * @param count how many are put behind
   * @param fresh by block, shaped [heads, count, head size]
   */
  void append(int slot, int past, int count, MemorySegment[] fresh) {
    long bytes = count * layout.rowBytes();
    long skip = past * layout.rowBytes();
    for (int i = 0; i < blocks.length; i++) {
      for (int h = 0; h < layout.heads(); h++) {
        MemorySegment.copy(fresh[i], h * bytes, blocks[i], layout.at(slot, h) + skip, bytes);
      }
    }
  }

  @Override
  public void swap(int a, int b, int usedA, int usedB) {
    int bytesA = (int) (usedA * layout.rowBytes());
    long bytesB = usedB * layout.rowBytes();
    MemorySegment stage = MemorySegment.ofArray(staging);
    for (MemorySegment block : blocks) {
      for (int h = 0; h < layout.heads(); h++) {
        MemorySegment.copy(block, layout.at(a, h), stage, 0, bytesA);
        MemorySegment.copy(block, layout.at(b, h), block, layout.at(a, h), bytesB);
        MemorySegment.copy(stage, 0, block, layout.at(b, h), bytesA);
      }
    }
  }

  @Override
  public void touch() {
    for (MemorySegment block : blocks) {
      block.fill((byte) 0);
    }
  }
}
