package dev.heed.inference.runtime;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The cache of all slots in a device's memory; a slot is moved whole, by the device itself. */
final class DeviceSlotCache implements SlotCache {

  private final DeviceMemory memory;
  private final int type;
  private final SlotLayout layout;
  private final DeviceCopy copier;
  private final MemorySegment[] blocks;
  private final MemorySegment[] spare;

  /** Has one slot more than it is asked for, to exchange two through it. */
  DeviceSlotCache(
      DeviceMemory memory,
      DeviceCopy copier,
      GenaiConfig config,
      int type,
      SlotLayout layout,
      int slots) {
    this.memory = memory;
    this.copier = copier;
    this.type = type;
    this.layout = layout;
    blocks = new MemorySegment[2 * config.layers()];
    spare = new MemorySegment[blocks.length];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = memory.allocate(slots * layout.slotBytes());
      spare[i] = memory.allocate(layout.slotBytes());
    }
  }

  @Override
  public int blocks() {
    return blocks.length;
  }

  @Override
  public MemorySegment tensor(int block, int first, int count) {
    MemorySegment data =
        blocks[block].asSlice(first * layout.slotBytes(), count * layout.slotBytes());
    return memory.tensor(data, type, layout.shape(count));
  }

  @Override
  public void copy(int from, int to, int positions) {
    move(blocks, from, blocks, to, positions);
  }

  @Override
  public void swap(int a, int b, int usedA, int usedB) {
    move(blocks, a, spare, 0, usedA);
    move(blocks, b, blocks, a, usedB);
    move(spare, 0, blocks, b, usedA);
  }

  private void move(
      MemorySegment[] source, int from, MemorySegment[] target, int to, int positions) {
    if (positions == 0) {
      return;
    }
    List<MemorySegment> sources = new ArrayList<>();
    List<MemorySegment> targets = new ArrayList<>();
    for (int i = 0; i < blocks.length; i++) {
      sources.add(source[i].asSlice(layout.at(from, 0), layout.slotBytes()));
      targets.add(target[i].asSlice(layout.at(to, 0), layout.slotBytes()));
    }
    copier.run(sources, targets);
  }

  /** A device gives its memory when it is asked. */
  @Override
  public void touch() {}
}
