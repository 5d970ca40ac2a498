package dev.heed.inference.runtime;

import java.lang.foreign.MemorySegment;

/**
 * The key/value cache of all slots: one block per layer and side, shaped [slots, heads, positions,
 * head size], so that slots that follow each other are a batch and one slot is a batch of one. Used
 * by the session's thread only.
 */
interface SlotCache {

  /** Two for each layer: keys, then values. */
  int blocks();

  /** A new tensor over some slots of one block that follow each other; the caller releases it. */
  MemorySegment tensor(int block, int first, int count);

  /** Copies the first positions of one slot over another's. */
  void copy(int from, int to, int positions);

  /** Exchanges two slots, as far as each is used. */
  void swap(int a, int b, int usedA, int usedB);

  /** Takes all of its memory from the system now; before anything runs. */
  void touch();
}
