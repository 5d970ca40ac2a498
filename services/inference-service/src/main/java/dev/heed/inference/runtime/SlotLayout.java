package dev.heed.inference.runtime;

/**
 * Where a slot's keys or values of one layer lie: [heads, positions, head size] after each other.
 *
 * @param elementBytes of a number
 */
record SlotLayout(int heads, int positions, int headSize, int elementBytes) {

  long rowBytes() {
    return (long) headSize * elementBytes;
  }

  long headBytes() {
    return rowBytes() * positions;
  }

  long slotBytes() {
    return headBytes() * heads;
  }

  /** Where a head of a slot begins in its block. */
  long at(int slot, int head) {
    return slot * slotBytes() + head * headBytes();
  }

  /** The same with another number of positions. */
  SlotLayout withPositions(int count) {
    return new SlotLayout(heads, count, headSize, elementBytes);
  }

  /** Of so many slots as one tensor. */
  long[] shape(int slots) {
    return new long[] {slots, heads, positions, headSize};
  }
}
