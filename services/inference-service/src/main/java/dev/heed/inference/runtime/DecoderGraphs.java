package dev.heed.inference.runtime;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The graphs of one set of weights: one for everything, and where the folder has it one that is
 * faster with prompts. One thread at a time.
 *
 * @param all decodes, and runs prompts where there is nothing better
 * @param prompts runs prompts only
 */
record DecoderGraphs(BoundGraph all, Optional<BoundGraph> prompts) implements AutoCloseable {

  /** Fewer prompt tokens than this cost less where the whole cache need not become floats. */
  private static final int LEAST_PROMPT = 12;

  /** Runs prompt tokens on one slot; the logits after the last of them. */
  MemorySegment prefill(int slot, int past, int[] tokens, int from, int count) {
    BoundGraph graph = count < LEAST_PROMPT ? all : prompts.orElse(all);
    return graph.prefill(slot, past, tokens, from, count);
  }

  /** See {@link BoundGraph#expectLogitsOfEveryPosition}. */
  void expectLogitsOfEveryPosition(boolean every) {
    all.expectLogitsOfEveryPosition(every);
    prompts.ifPresent(graph -> graph.expectLogitsOfEveryPosition(every));
  }

  /** See {@link BoundGraph#decode}. */
  void decode(int first, int count) {
    all.decode(first, count);
  }

  @Override
  public void close() {
    all.close();
    prompts.ifPresent(BoundGraph::close);
  }
}
