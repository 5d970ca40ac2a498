package dev.heed.inference.runtime;

import dev.heed.inference.runtime.Ort.Kind;
import dev.heed.inference.runtime.Ort.OrtFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An adapter whose tensors are in memory. Whoever writes with it holds it; it is freed by the
 * decoder's thread when its owner has retired it and nobody holds it any more.
 */
public final class LoadedAdapter {

  private final String name;
  private final Ort ort = Ort.get();
  private final Arena arena = Arena.ofShared();
  private final Map<String, MemorySegment> values = new LinkedHashMap<>();
  private final AtomicInteger holders = new AtomicInteger(1);
  private DecoderGraphs graphs;

  LoadedAdapter(String name, AdapterFile file) {
    this.name = name;
    for (AdapterFile.Matrix matrix : file.matrices()) {
      MemorySegment data = arena.allocate(matrix.data().remaining(), 64);
      data.copyFrom(MemorySegment.ofBuffer(matrix.data()));
      values.put(matrix.name(), ort.createTensor(data, Ort.FLOAT, matrix.rows(), matrix.columns()));
    }
  }

  /**
   * Brings the tensors into the basis in which the graph computes.
   *
   * @param file that they were read from
   * @param basis a session with an output {@code NAME.turned} for each tensor
   * @throws OrtFailure when they do not fit it
   */
  void turn(AdapterFile file, MemorySegment basis, MemorySegment runOptions) {
    Map<String, MemorySegment> turned = new LinkedHashMap<>();
    MemorySegment binding = ort.createBinding(basis);
    try {
      for (AdapterFile.Matrix matrix : file.matrices()) {
        ort.bindInput(binding, matrix.name(), values.get(matrix.name()));
        MemorySegment data = arena.allocate(matrix.data().remaining(), 64);
        MemorySegment value = ort.createTensor(data, Ort.FLOAT, matrix.rows(), matrix.columns());
        turned.put(matrix.name(), value);
        ort.bindOutput(binding, matrix.name() + ".turned", value);
      }
      ort.run(basis, runOptions, binding);
      Map<String, MemorySegment> own = Map.copyOf(values);
      values.putAll(turned);
      turned = own;
    } finally {
      ort.release(Kind.BINDING, binding);
      turned.values().forEach(value -> ort.release(Kind.VALUE, value));
    }
  }

  /** What it is called on what it writes. */
  public String name() {
    return name;
  }

  /** Holds it; false when it is retired and gone. */
  public boolean hold() {
    return holders.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
  }

  /**
   * Ends a hold.
   *
   * @return true when it was the last one: the decoder's thread shall close it
   */
  public boolean letGo() {
    return holders.decrementAndGet() == 0;
  }

  Map<String, MemorySegment> values() {
    return values;
  }

  void bind(DecoderGraphs to) {
    graphs = to;
  }

  DecoderGraphs graphs() {
    return graphs;
  }

  void free() {
    if (graphs != null) {
      graphs.close();
    }
    values.values().forEach(value -> ort.release(Kind.VALUE, value));
    values.clear();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
