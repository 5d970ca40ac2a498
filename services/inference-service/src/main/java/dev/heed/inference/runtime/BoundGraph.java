package dev.heed.inference.runtime;

import dev.heed.inference.runtime.Ort.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A loaded graph, with or without an adapter, and the ways in which it was bound to the decoder's
 * memory: a binding for each prefilled slot and for each range of rows that was decoded, as long as
 * they are used now and then. One thread at a time.
 */
final class BoundGraph implements AutoCloseable {

  private static final int MOST_BINDINGS = 256;

  /** Rows from {@code first}; a prefill is marked by its slot and no rows. */
  private record Rows(int first, int count) {}

  private record Binding(
      MemorySegment pointer, List<MemorySegment> values, Map<String, MemorySegment> inputs) {}

  private final Ort ort = Ort.get();
  private final MemorySegment session;
  private final MemorySegment runOptions;
  private final DecoderMemory memory;
  private final Map<String, MemorySegment> further;
  private final boolean besideCache;
  private final Arena arena = Arena.ofShared();
  private final Map<Rows, Binding> bindings =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Rows, Binding> eldest) {
          if (size() > MOST_BINDINGS) {
            release(eldest.getValue());
            return true;
          }
          return false;
        }
      };
  private boolean logitsOfEveryPosition;
  private MemorySegment wideLogits = MemorySegment.NULL;

  /**
   * @param session not released here
   * @param besideCache whether the graph gives the new keys and values of prompts as tensors of
   *     their own, instead of writing them into the cache
   * @param further tensors for inputs that other graphs don't have, by name; not released here
   */
  BoundGraph(
      MemorySegment session,
      MemorySegment runOptions,
      DecoderMemory memory,
      boolean besideCache,
      Map<String, MemorySegment> further) {
    this.session = session;
    this.runOptions = runOptions;
    this.memory = memory;
    this.besideCache = besideCache;
    this.further = Map.copyOf(further);
  }

  /** The graph gives logits of all positions of a prompt, not of the last one only. */
  void expectLogitsOfEveryPosition(boolean every) {
    logitsOfEveryPosition = every;
  }

  /** Runs prompt tokens on one slot; the logits after the last of them. */
  MemorySegment prefill(int slot, int past, int[] tokens, int from, int count) {
    MemorySegment binding = prefillBinding(slot).pointer();
    memory.prompt(past, tokens, from, count);
    List<MemorySegment> values = new ArrayList<>();
    GenaiConfig.Names names = memory.config.names();
    try {
      input(values, binding, names.ids(), memory.ids, 1, count);
      input(values, binding, names.mask(), memory.ones, 1, past + count);
      names.positions().ifPresent(n -> input(values, binding, n, memory.positionIds, 1, count));
      MemorySegment out = prefillLogits(count);
      long rows = logitsOfEveryPosition ? count : 1;
      MemorySegment value = ort.createTensor(out, Ort.FLOAT, 1, rows, memory.config.vocabulary());
      values.add(value);
      ort.bindOutput(binding, names.logits(), value);
      if (besideCache) {
        memory.promptOutputs.orElseThrow().bind(binding, count, values);
      }
      ort.run(session, runOptions, binding);
      if (besideCache) {
        memory.promptOutputs.orElseThrow().append(slot, past, count);
      }
      return out.asSlice((rows - 1) * memory.rowBytes(), memory.rowBytes());
    } finally {
      // The binding holds its own references to these values.
      values.forEach(value -> ort.release(Kind.VALUE, value));
    }
  }

  private MemorySegment prefillLogits(int count) {
    if (!logitsOfEveryPosition) {
      return memory.logits.asSlice(0, memory.rowBytes());
    }
    long bytes = count * memory.rowBytes();
    if (wideLogits.byteSize() < bytes) {
      wideLogits = NativeMemory.lazy(arena, bytes);
    }
    return wideLogits.asSlice(0, bytes);
  }

  /** Decodes one token of each of these rows, which stand in the memory; logits go to its rows. */
  void decode(int first, int count) {
    Binding binding = decodeBinding(first, count);
    if (!memory.onHost) {
      // To a device, binding is copying.
      binding.inputs().forEach((name, value) -> ort.bindInput(binding.pointer(), name, value));
    }
    ort.run(session, runOptions, binding.pointer());
  }

  private Binding decodeBinding(int first, int count) {
    return bindings.computeIfAbsent(
        new Rows(first, count),
        rows -> {
          Binding binding = binding(rows.first(), rows.count());
          GenaiConfig.Names names = memory.config.names();
          rows(binding, names.ids(), memory.ids, rows, 1);
          rows(binding, names.mask(), memory.mask, rows, memory.positions);
          names.positions().ifPresent(n -> rows(binding, n, memory.positionIds, rows, 1));
          MemorySegment out =
              memory.logits.asSlice(
                  rows.first() * memory.rowBytes(), rows.count() * memory.rowBytes());
          MemorySegment value =
              ort.createTensor(out, Ort.FLOAT, rows.count(), 1, memory.config.vocabulary());
          binding.values().add(value);
          ort.bindOutput(binding.pointer(), names.logits(), value);
          return binding;
        });
  }

  private Binding prefillBinding(int slot) {
    return bindings.computeIfAbsent(new Rows(slot, 0), _ -> binding(slot, 1));
  }

  private Binding binding(int first, int count) {
    Binding binding =
        new Binding(ort.createBinding(session), new ArrayList<>(), new LinkedHashMap<>());
    further.forEach((name, value) -> ort.bindInput(binding.pointer(), name, value));
    GenaiConfig.Names names = memory.config.names();
    for (int i = 0; i < memory.cache.blocks(); i++) {
      MemorySegment value = memory.cache.tensor(i, first, count);
      binding.values().add(value);
      ort.bindInput(binding.pointer(), names.past(i), value);
      if (!besideCache) {
        ort.bindOutput(binding.pointer(), names.present(i), value);
      }
    }
    return binding;
  }

  private void rows(Binding binding, String name, MemorySegment data, Rows rows, long columns) {
    MemorySegment from = data.asSlice(rows.first() * columns * Long.BYTES);
    input(binding.values(), binding.pointer(), name, from, rows.count(), columns);
    binding.inputs().put(name, binding.values().getLast());
  }

  private void input(
      List<MemorySegment> values,
      MemorySegment binding,
      String name,
      MemorySegment data,
      long rows,
      long columns) {
    MemorySegment bytes = data.asSlice(0, rows * columns * Long.BYTES);
    MemorySegment value = ort.createTensor(bytes, Ort.INT64, rows, columns);
    values.add(value);
    ort.bindInput(binding, name, value);
  }

  /** Asks for one more output with each prefill of a slot. */
  void watch(int slot, String output, MemorySegment floats, int width) {
    MemorySegment value = ort.createTensor(floats, Ort.FLOAT, width);
    prefillBinding(slot).values().add(value);
    ort.bindOutput(prefillBinding(slot).pointer(), output, value);
  }

  private void release(Binding binding) {
    ort.release(Kind.BINDING, binding.pointer());
    binding.values().forEach(value -> ort.release(Kind.VALUE, value));
  }

  @Override
  public void close() {
    bindings.values().forEach(this::release);
    bindings.clear();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
