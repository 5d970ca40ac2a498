package dev.heed.inference.runtime;

import dev.heed.inference.runtime.Ort.Kind;
import dev.heed.inference.runtime.Ort.OrtFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
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

  private static final int PROBE_POSITIONS = 16;

  private final Ort ort = Ort.get();
  private final Arena arena = Arena.ofShared();
  private final Deque<Runnable> releases = new ConcurrentLinkedDeque<>();
  private final Set<LoadedAdapter> adapters = ConcurrentHashMap.newKeySet();
  private final GenaiConfig config;
  private final GraphLoader loader;
  private final MemorySegment runOptions;
  private final int cacheType;
  private final DecoderMemory memory;
  private final DecoderGraphs base;
  private final Object loading = new Object();
  private boolean logitsOfEveryPosition;
  private Optional<Adaptable> adaptable = Optional.empty();

  /** Sessions over the same weights. */
  private record Sessions(MemorySegment all, Optional<MemorySegment> prompts) {}

  /** Those that take adapters, and the one that brings adapters into their basis. */
  private record Adaptable(Sessions sessions, Optional<MemorySegment> basis) {}

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
    return open(folder, config, slots, positions, threads, spinning, Device.CPU);
  }

  /**
   * The same on a device: the cache lies in the device's memory.
   *
   * @throws ModelException also when the device cannot be used; nothing else is tried then
   */
  public static DecoderSession open(
      Path folder,
      GenaiConfig config,
      int slots,
      int positions,
      int threads,
      boolean spinning,
      Device device) {
    boolean own = device.kind() != Device.Kind.CPU;
    return onLoader(
        () -> new DecoderSession(folder, config, slots, positions, threads, spinning, device, own));
  }

  /** The way of a device, on the processor: for tests. */
  static DecoderSession openAsDevice(Path folder, GenaiConfig config, int slots, int positions) {
    return onLoader(
        () -> new DecoderSession(folder, config, slots, positions, 1, false, Device.CPU, true));
  }

  private static <T> T onLoader(Callable<T> work) {
    var task = new FutureTask<>(work);
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
      Path folder,
      GenaiConfig config,
      int slots,
      int positions,
      int threads,
      boolean spinning,
      Device device,
      boolean ownMemory) {
    this.config = config;
    loader = new GraphLoader(folder, threads, spinning, device);
    releases.push(loader::close);
    boolean done = false;
    try {
      MemorySegment session = loader.load(config.file());
      runOptions = ort.createRunOptions();
      releases.push(() -> ort.release(Kind.RUN_OPTIONS, runOptions));
      cacheType = cacheType(session);
      Optional<DecoderMemory.OnDevice> own =
          ownMemory ? Optional.of(onDevice(session, device)) : Optional.empty();
      memory = new DecoderMemory(arena, config, cacheType, own, slots, positions);
      Sessions sessions = withPrompts(session, config.file());
      base = graphs(sessions, memory, Map.of());
      releases.push(base::close);
      probe();
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /** Adds the session for prompts, where keys and values can be put into the cache from here. */
  private Sessions withPrompts(MemorySegment all, String name) {
    String prompts = GenaiConfig.prefillFile(name);
    return new Sessions(all, memory.onHost ? loader.loadIfThere(prompts) : Optional.empty());
  }

  private DecoderGraphs graphs(
      Sessions sessions, DecoderMemory on, Map<String, MemorySegment> further) {
    return new DecoderGraphs(
        new BoundGraph(sessions.all(), runOptions, on, false, further),
        sessions.prompts().map(s -> new BoundGraph(s, runOptions, on, true, further)));
  }

  private DecoderMemory.OnDevice onDevice(MemorySegment session, Device device) {
    DeviceMemory own = new DeviceMemory(session, device);
    releases.push(own::close);
    MemorySegment options = loader.options();
    try {
      DeviceCopy copier = new DeviceCopy(own, options, 2 * config.layers());
      releases.push(copier::close);
      return new DecoderMemory.OnDevice(own, copier);
    } finally {
      ort.release(Kind.SESSION_OPTIONS, options);
    }
  }

  private int cacheType(MemorySegment session) {
    try {
      int type = ort.inputType(session, GenaiConfig.named(config.names().pastKey(), 0));
      if (type != Ort.FLOAT && type != Ort.INT8 && type != Ort.FLOAT16) {
        throw new ModelException(
            config.file(),
            "has a cache of element type " + type + "; float32, float16 and int8 are served");
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
      base.all().prefill(0, 0, two, 0, 2);
    } catch (OrtFailure first) {
      logitsOfEveryPosition = true;
      base.expectLogitsOfEveryPosition(true);
      try {
        base.all().prefill(0, 0, two, 0, 2);
      } catch (OrtFailure e) {
        throw new ModelException(
            GenaiConfig.FILE, "does not describe " + config.file() + ": " + first.getMessage(), e);
      }
    }
    probePrompts(base, config.file());
  }

  private static void probePrompts(DecoderGraphs graphs, String name) {
    try {
      graphs.prompts().ifPresent(graph -> graph.prefill(0, 0, new int[2], 0, 2));
    } catch (OrtFailure e) {
      throw new ModelException(
          GenaiConfig.prefillFile(name), "does not fit " + name + ": " + e.getMessage(), e);
    }
  }

  public GenaiConfig config() {
    return config;
  }

  public int slots() {
    return memory.slots;
  }

  /** Tokens that a slot holds. */
  public int positions() {
    return memory.positions;
  }

  /**
   * Loads an adapter and runs it once on memory of its own; by any thread, while others run.
   *
   * @param name what it is called on what it writes
   * @throws ModelException when the folder has no graph for adapters, or the adapter does not fit
   */
  public LoadedAdapter adapter(String name, AdapterFile file) {
    return onLoader(
        () -> {
          Adaptable graph = adaptable();
          Sessions sessions = graph.sessions();
          LoadedAdapter adapter = new LoadedAdapter(name, file);
          boolean done = false;
          try (Arena once = Arena.ofShared()) {
            fit(graph, adapter, file, once);
            DecoderGraphs graphs = graphs(sessions, memory, adapter.values());
            graphs.expectLogitsOfEveryPosition(logitsOfEveryPosition);
            adapter.bind(graphs);
            adapters.add(adapter);
            done = true;
            return adapter;
          } finally {
            if (!done) {
              adapter.free();
            }
          }
        });
  }

  private Adaptable adaptable() {
    synchronized (loading) {
      if (adaptable.isEmpty()) {
        String name = config.loraFile();
        Sessions sessions = withPrompts(loader.load(name), name);
        adaptable =
            Optional.of(new Adaptable(sessions, loader.loadIfThere(GenaiConfig.basisFile(name))));
      }
      return adaptable.get();
    }
  }

  /** Brings an adapter into the graph's basis, and tries it. */
  private void fit(Adaptable graph, LoadedAdapter adapter, AdapterFile file, Arena once) {
    try {
      graph.basis().ifPresent(basis -> adapter.turn(file, basis, runOptions));
      probe(graph.sessions(), adapter, once);
    } catch (OrtFailure e) {
      throw new ModelException("adapter", "does not fit the model: " + e.getMessage(), e);
    }
  }

  private void probe(Sessions sessions, LoadedAdapter adapter, Arena once) {
    var own = new DecoderMemory(once, config, cacheType, Optional.empty(), 1, PROBE_POSITIONS);
    try (DecoderGraphs graphs = graphs(sessions, own, adapter.values())) {
      graphs.expectLogitsOfEveryPosition(logitsOfEveryPosition);
      probePrompts(graphs, config.loraFile());
      MemorySegment logits = graphs.all().prefill(0, 0, new int[2], 0, 2);
      for (int i = 0; i < config.vocabulary(); i++) {
        if (!Float.isFinite(logits.getAtIndex(ValueLayout.JAVA_FLOAT, i))) {
          throw new ModelException("adapter", "gives logits that are no numbers");
        }
      }
    }
  }

  /** Frees what an adapter holds; by the thread that decodes, between its calls. */
  public void free(LoadedAdapter adapter) {
    if (adapters.remove(adapter)) {
      adapter.free();
    }
  }

  /**
   * Runs prompt tokens on one slot.
   *
   * @param adapter that changes the model
   * @param past tokens that the slot holds already
   * @param tokens read from {@code from}, {@code count} of them
   * @return the logits after the last of them; valid until the next call
   */
  public MemorySegment prefill(
      Optional<LoadedAdapter> adapter, int slot, int past, int[] tokens, int from, int count) {
    return graphs(adapter).prefill(slot, past, tokens, from, count);
  }

  /** Runs prompt tokens on one slot with the base model. */
  public MemorySegment prefill(int slot, int past, int[] tokens, int from, int count) {
    return base.prefill(slot, past, tokens, from, count);
  }

  /**
   * One token for each of some slots that follow each other.
   *
   * @param adapter that changes the model
   * @param tokens the token to append, by slot
   * @param past tokens that each slot holds before it
   * @param first the first slot
   * @param count how many slots
   * @return logits by slot, those of other slots as they were; valid until the next prefill
   */
  public MemorySegment decode(
      Optional<LoadedAdapter> adapter, int[] tokens, int[] past, int first, int count) {
    for (int slot = first; slot < first + count; slot++) {
      memory.row(slot, tokens[slot], past[slot]);
    }
    graphs(adapter).decode(first, count);
    return memory.logits;
  }

  /** One token for each of the first slots, by the base model; logits of all rows. */
  public MemorySegment decode(int[] tokens, int[] past, int batch) {
    return decode(Optional.empty(), tokens, past, 0, batch);
  }

  private DecoderGraphs graphs(Optional<LoadedAdapter> adapter) {
    return adapter.map(LoadedAdapter::graphs).orElse(base);
  }

  /**
   * Asks for one more output of the graph with each prefill of slot 0.
   *
   * @param output its name; it has {@code width} floats
   * @return memory that each prefill fills; valid as long as this session
   */
  public MemorySegment watch(String output, int width) {
    MemorySegment floats = arena.allocate((long) width * Float.BYTES, 64);
    base.all().watch(0, output, floats, width);
    return floats;
  }

  /** Writes all of the cache, so that the system gives its memory now; before anything runs. */
  public void touch() {
    memory.cache.touch();
  }

  /** Copies the first positions of one slot's cache over another's. */
  public void copy(int from, int to, int used) {
    memory.cache.copy(from, to, used);
  }

  /** Exchanges two slots' caches, as far as each is used. */
  public void swap(int a, int b, int usedA, int usedB) {
    memory.cache.swap(a, b, usedA, usedB);
  }

  /** Copies one row of logits into an array as long as the vocabulary. */
  public void read(MemorySegment rows, int row, float[] into) {
    MemorySegment.copy(
        rows, ValueLayout.JAVA_FLOAT, row * memory.rowBytes(), into, 0, config.vocabulary());
  }

  @Override
  public void close() {
    List.copyOf(adapters).forEach(this::free);
    for (Runnable release = releases.poll(); release != null; release = releases.poll()) {
      release.run();
    }
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
