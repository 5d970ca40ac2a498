package dev.heed.inference.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What runs of a decoder read and write: the cache of all slots, and the buffers of ids, masks,
 * positions and logits, which keep their places so that a decode step binds nothing.
 */
final class DecoderMemory {

  /** What a cache on a device needs. */
  record OnDevice(DeviceMemory memory, DeviceCopy copier) {}

  final GenaiConfig config;
  final SlotCache cache;

  /** For graphs that give keys and values beside the cache; only the machine's own takes them. */
  final Optional<PromptOutputs> promptOutputs;

  /** Whether runs read the buffers where they are; a device reads a copy of each binding. */
  final boolean onHost;

  final int slots;
  final int positions;
  final MemorySegment ids;
  final MemorySegment mask;
  final MemorySegment positionIds;
  final MemorySegment ones;
  final MemorySegment logits;
  private final int[] masked;

  /**
   * @param cacheType element type of keys and values
   * @param device memory of the device for the cache; empty: the machine's
   */
  DecoderMemory(
      Arena arena,
      GenaiConfig config,
      int cacheType,
      Optional<OnDevice> device,
      int slots,
      int positions) {
    this.config = config;
    this.slots = slots;
    this.positions = positions;
    onHost = device.isEmpty();
    var layout = new SlotLayout(config.kvHeads(), positions, config.headSize(), bytes(cacheType));
    if (device.isPresent()) {
      OnDevice own = device.get();
      cache = new DeviceSlotCache(own.memory(), own.copier(), config, cacheType, layout, slots);
      promptOutputs = Optional.empty();
    } else {
      var host = new HostSlotCache(arena, config, cacheType, layout, slots);
      cache = host;
      promptOutputs = Optional.of(new PromptOutputs(arena, config, cacheType, layout, host));
    }
    ids = arena.allocate(JAVA_LONG, Math.max(slots, positions));
    positionIds = arena.allocate(JAVA_LONG, Math.max(slots, positions));
    mask = arena.allocate(JAVA_LONG, (long) slots * positions);
    masked = new int[slots];
    ones = arena.allocate(JAVA_LONG, positions);
    for (int i = 0; i < positions; i++) {
      ones.setAtIndex(JAVA_LONG, i, 1);
    }
    logits = arena.allocate(slots * rowBytes(), 64);
  }

  private static int bytes(int type) {
    return switch (type) {
      case Ort.INT8 -> Byte.BYTES;
      case Ort.FLOAT16 -> Short.BYTES;
      default -> Float.BYTES;
    };
  }

  long rowBytes() {
    return (long) config.vocabulary() * Float.BYTES;
  }

  /** Puts a slot's next token in place. */
  void row(int slot, int token, int past) {
    ids.setAtIndex(JAVA_LONG, slot, token);
    positionIds.setAtIndex(JAVA_LONG, slot, past);
    mask(slot, past + 1);
  }

  /** Puts a part of one prompt in place. */
  void prompt(int past, int[] tokens, int from, int count) {
    for (int i = 0; i < count; i++) {
      ids.setAtIndex(JAVA_LONG, i, tokens[from + i]);
      positionIds.setAtIndex(JAVA_LONG, i, past + i);
    }
  }

  /** Makes a row of the mask hold as many ones as the slot will hold tokens. */
  private void mask(int row, int length) {
    long base = (long) row * positions;
    for (int i = masked[row]; i < length; i++) {
      mask.setAtIndex(JAVA_LONG, base + i, 1);
    }
    for (int i = length; i < masked[row]; i++) {
      mask.setAtIndex(JAVA_LONG, base + i, 0);
    }
    masked[row] = length;
  }
}
