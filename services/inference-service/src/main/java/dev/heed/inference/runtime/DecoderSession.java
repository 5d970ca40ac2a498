package dev.heed.inference.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.heed.inference.runtime.Ort.Kind;
import dev.heed.inference.runtime.Ort.OrtFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A loaded decoder and its key/value cache. The cache is bound once as past and present and is
 * never copied by a run; a decode step binds nothing.
 *
 * <p>Belongs to one thread at a time: a call from a second thread while one runs is an error of the
 * caller. Everything native is released by {@link #close()}, in the reverse order of its making.
 */
public final class DecoderSession implements AutoCloseable {

  /**
   * Stack that a thread needs which loads or runs a session: ONNX Runtime walks deep graphs
   * recursively, and 30 layers overflow the JVM's default of 1 MB.
   */
  public static final long STACK_BYTES = 64L << 20;

  private final Ort ort = Ort.get();
  private final Arena arena = Arena.ofShared();
  private final List<Runnable> releases = new ArrayList<>();
  private final GenaiConfig config;
  private final SlotCache cache;
  private final int cacheType;
  private final int slots;
  private final int positions;
  private final MemorySegment session;
  private final MemorySegment runOptions;
  private final MemorySegment[] decodeBindings;
  private final MemorySegment[] prefillBindings;
  private final MemorySegment ids;
  private final MemorySegment mask;
  private final MemorySegment positionIds;
  private final MemorySegment ones;
  private final MemorySegment logits;
  private final int[] masked;
  private boolean logitsOfEveryPosition;
  private MemorySegment wideLogits = MemorySegment.NULL;

  /**
   * Loads a model folder and runs it once, so that what does not fit shows now.
   *
   * @param slots sequences that the cache holds
   * @param positions tokens that a slot holds, at most the model's context
   * @param threads intra-op threads
   * @param spinning whether those threads spin between runs; off where services share cores
   * @throws ModelException when the folder cannot be served
   */
  public static DecoderSession open(
      Path folder, GenaiConfig config, int slots, int positions, int threads, boolean spinning) {
    var task =
        new FutureTask<>(
            () -> {
              // ONNX Runtime's own threads are begun here and inherit it.
              LongSlice.ask();
              return new DecoderSession(folder, config, slots, positions, threads, spinning);
            });
    Thread.ofPlatform().name("model-loader").stackSize(STACK_BYTES).start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("the model could not be loaded", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while loading the model", e);
    }
  }

  private DecoderSession(
      Path folder, GenaiConfig config, int slots, int positions, int threads, boolean spinning) {
    this.config = config;
    this.slots = slots;
    this.positions = positions;
    boolean done = false;
    try {
      session = load(folder, threads, spinning);
      runOptions = own(Kind.RUN_OPTIONS, ort.createRunOptions());
      cacheType = cacheType();
      int elementBytes = cacheType == Ort.INT8 ? Byte.BYTES : Float.BYTES;
      cache = new SlotCache(arena, config, elementBytes, slots, positions);
      decodeBindings = new MemorySegment[slots + 1];
      prefillBindings = new MemorySegment[slots];
      ids = arena.allocate(JAVA_LONG, Math.max(slots, positions));
      positionIds = arena.allocate(JAVA_LONG, Math.max(slots, positions));
      mask = arena.allocate(JAVA_LONG, (long) slots * positions);
      masked = new int[slots];
      ones = arena.allocate(JAVA_LONG, positions);
      for (int i = 0; i < positions; i++) {
        ones.setAtIndex(JAVA_LONG, i, 1);
      }
      logits = arena.allocate((long) slots * config.vocabulary() * Float.BYTES, 64);
      probe();
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private MemorySegment load(Path folder, int threads, boolean spinning) {
    Path file = folder.resolve(config.file());
    if (!Files.isRegularFile(file)) {
      throw new ModelException(config.file(), "missing in " + folder);
    }
    MemorySegment options = ort.createOptions(threads, spinning);
    try {
      return own(Kind.SESSION, ort.createSession(file.toString(), options));
    } catch (OrtFailure e) {
      throw new ModelException(config.file(), "ONNX Runtime cannot load it: " + e.getMessage(), e);
    } finally {
      ort.release(Kind.SESSION_OPTIONS, options);
    }
  }

  private int cacheType() {
    try {
      int type = ort.inputType(session, named(config.names().pastKey(), 0));
      if (type != Ort.FLOAT && type != Ort.INT8) {
        throw new ModelException(
            config.file(), "has a cache of element type " + type + "; float32 and int8 are served");
      }
      return type;
    } catch (OrtFailure e) {
      throw new ModelException(
          GenaiConfig.FILE, "does not describe " + config.file() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Learns whether logits come for the last position only; a graph that does not fit fails here.
   */
  private void probe() {
    int[] two = {0, 0};
    try {
      prefill(0, 0, two, 0, 2);
    } catch (OrtFailure first) {
      logitsOfEveryPosition = true;
      try {
        prefill(0, 0, two, 0, 2);
      } catch (OrtFailure e) {
        throw new ModelException(
            GenaiConfig.FILE, "does not describe " + config.file() + ": " + first.getMessage(), e);
      }
    }
  }

  private MemorySegment own(Kind kind, MemorySegment pointer) {
    releases.add(() -> ort.release(kind, pointer));
    return pointer;
  }

  public GenaiConfig config() {
    return config;
  }

  public int slots() {
    return slots;
  }

  /** Tokens that a slot holds. */
  public int positions() {
    return positions;
  }

  /**
   * Runs prompt tokens on one slot.
   *
   * @param past tokens that the slot holds already
   * @param tokens read from {@code from}, {@code count} of them
   * @return the logits after the last of them; valid until the next call
   */
  public MemorySegment prefill(int slot, int past, int[] tokens, int from, int count) {
    MemorySegment binding = prefillBinding(slot);
    for (int i = 0; i < count; i++) {
      ids.setAtIndex(JAVA_LONG, i, tokens[from + i]);
      positionIds.setAtIndex(JAVA_LONG, i, past + i);
    }
    List<MemorySegment> values = new ArrayList<>();
    try {
      input(values, binding, config.names().ids(), ids, 1, count);
      input(values, binding, config.names().mask(), ones, 1, past + count);
      config.names().positions().ifPresent(n -> input(values, binding, n, positionIds, 1, count));
      MemorySegment out = prefillLogits(count);
      long rows = logitsOfEveryPosition ? count : 1;
      MemorySegment value = ort.createTensor(out, Ort.FLOAT, 1, rows, config.vocabulary());
      values.add(value);
      ort.bindOutput(binding, config.names().logits(), value);
      ort.run(session, runOptions, binding);
      return out.asSlice((rows - 1) * rowBytes(), rowBytes());
    } finally {
      // The binding holds its own references to these values.
      values.forEach(value -> ort.release(Kind.VALUE, value));
    }
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

  private MemorySegment prefillLogits(int count) {
    if (!logitsOfEveryPosition) {
      return logits.asSlice(0, rowBytes());
    }
    long bytes = count * rowBytes();
    if (wideLogits.byteSize() < bytes) {
      wideLogits = NativeMemory.lazy(arena, bytes);
    }
    return wideLogits.asSlice(0, bytes);
  }

  /**
   * One token for each of the first slots.
   *
   * @param tokens the token to append, by slot
   * @param past tokens that each slot holds before it
   * @param batch how many slots, from the first
   * @return logits of all rows; valid until the next call
   */
  public MemorySegment decode(int[] tokens, int[] past, int batch) {
    MemorySegment binding = decodeBinding(batch);
    for (int row = 0; row < batch; row++) {
      ids.setAtIndex(JAVA_LONG, row, tokens[row]);
      positionIds.setAtIndex(JAVA_LONG, row, past[row]);
      mask(row, past[row] + 1);
    }
    ort.run(session, runOptions, binding);
    return logits.asSlice(0, batch * rowBytes());
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

  private MemorySegment decodeBinding(int batch) {
    if (decodeBindings[batch] == null) {
      MemorySegment binding = own(Kind.BINDING, ort.createBinding(session));
      for (int i = 0; i < cache.blocks(); i++) {
        bindCache(binding, i, cache.first(i, batch), batch);
      }
      input(binding, config.names().ids(), ids, batch, 1);
      input(binding, config.names().mask(), mask, batch, positions);
      config.names().positions().ifPresent(n -> input(binding, n, positionIds, batch, 1));
      MemorySegment value =
          own(
              Kind.VALUE,
              ort.createTensor(
                  logits.asSlice(0, batch * rowBytes()), Ort.FLOAT, batch, 1, config.vocabulary()));
      ort.bindOutput(binding, config.names().logits(), value);
      decodeBindings[batch] = binding;
    }
    return decodeBindings[batch];
  }

  private void input(
      MemorySegment binding, String name, MemorySegment data, long rows, long columns) {
    MemorySegment bytes = data.asSlice(0, rows * columns * Long.BYTES);
    ort.bindInput(
        binding, name, own(Kind.VALUE, ort.createTensor(bytes, Ort.INT64, rows, columns)));
  }

  private MemorySegment prefillBinding(int slot) {
    if (prefillBindings[slot] == null) {
      MemorySegment binding = own(Kind.BINDING, ort.createBinding(session));
      for (int i = 0; i < cache.blocks(); i++) {
        bindCache(binding, i, cache.slot(i, slot), 1);
      }
      prefillBindings[slot] = binding;
    }
    return prefillBindings[slot];
  }

  private void bindCache(MemorySegment binding, int block, MemorySegment memory, int batch) {
    GenaiConfig.Names names = config.names();
    boolean key = block % 2 == 0;
    int layer = block / 2;
    MemorySegment value =
        own(
            Kind.VALUE,
            ort.createTensor(
                memory, cacheType, batch, config.kvHeads(), positions, config.headSize()));
    ort.bindInput(binding, named(key ? names.pastKey() : names.pastValue(), layer), value);
    ort.bindOutput(binding, named(key ? names.presentKey() : names.presentValue(), layer), value);
  }

  private static String named(String pattern, int layer) {
    return pattern.replace("%d", Integer.toString(layer));
  }

  /**
   * Asks for one more output of the graph with each prefill of slot 0.
   *
   * @param output its name; it has {@code width} floats
   * @return memory that each prefill fills; valid as long as this session
   */
  public MemorySegment watch(String output, int width) {
    MemorySegment memory = arena.allocate((long) width * Float.BYTES, 64);
    MemorySegment value = own(Kind.VALUE, ort.createTensor(memory, Ort.FLOAT, width));
    ort.bindOutput(prefillBinding(0), output, value);
    return memory;
  }

  /** Copies the first positions of one slot's cache over another's. */
  public void copy(int from, int to, int used) {
    cache.copy(from, to, used);
  }

  /** Exchanges two slots' caches, as far as each is used. */
  public void swap(int a, int b, int usedA, int usedB) {
    cache.swap(a, b, usedA, usedB);
  }

  /** Copies one row of logits into an array as long as the vocabulary. */
  public void read(MemorySegment rows, int row, float[] into) {
    MemorySegment.copy(
        rows, ValueLayout.JAVA_FLOAT, row * rowBytes(), into, 0, config.vocabulary());
  }

  private long rowBytes() {
    return (long) config.vocabulary() * Float.BYTES;
  }

  @Override
  public void close() {
    for (int i = releases.size() - 1; i >= 0; i--) {
      releases.get(i).run();
    }
    releases.clear();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
