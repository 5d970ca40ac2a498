package dev.heed.inference.runtime;

import dev.heed.inference.runtime.Ort.Kind;
import dev.heed.inference.runtime.Ort.OrtFailure;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Loads the graphs of a model folder; those that read the same weights file hold it once, as it is
 * and as ONNX Runtime packs it. Releases all of them when it closes.
 */
final class GraphLoader implements AutoCloseable {

  private final Ort ort = Ort.get();
  private final Path folder;
  private final int threads;
  private final boolean spinning;
  private final Device device;
  private final SharedWeights weights;
  private final Deque<MemorySegment> sessions = new ConcurrentLinkedDeque<>();

  /**
   * @param threads intra-op threads
   * @param spinning whether those threads spin between runs
   */
  GraphLoader(Path folder, int threads, boolean spinning, Device device) {
    this.folder = folder;
    this.threads = threads;
    this.spinning = spinning;
    this.device = device;
    weights = new SharedWeights(folder);
  }

  /**
   * Loads one.
   *
   * @throws ModelException when it is missing or no graph that runs here
   */
  MemorySegment load(String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new ModelException(name, "missing in " + folder);
    }
    MemorySegment options = options();
    try {
      // A device has a copy of its own, which ONNX Runtime makes.
      MemorySegment session =
          device.kind() == Device.Kind.CPU
              ? weights.load(file, options)
              : ort.createSession(file.toString(), options);
      sessions.push(session);
      return session;
    } catch (OrtFailure e) {
      throw new ModelException(name, "ONNX Runtime cannot load it: " + e.getMessage(), e);
    } finally {
      ort.release(Kind.SESSION_OPTIONS, options);
    }
  }

  /** A graph, if the folder has it. */
  Optional<MemorySegment> loadIfThere(String file) {
    return Files.isRegularFile(folder.resolve(file)) ? Optional.of(load(file)) : Optional.empty();
  }

  /**
   * New options for a session here; the caller releases them.
   *
   * @throws ModelException when the device cannot be used
   */
  MemorySegment options() {
    MemorySegment options = ort.createOptions(threads, spinning);
    try {
      if (device.kind() == Device.Kind.CUDA) {
        ort.useCuda(options, device.number());
      }
      return options;
    } catch (OrtFailure e) {
      ort.release(Kind.SESSION_OPTIONS, options);
      throw new ModelException(
          "device",
          "CUDA cannot be used here: " + e.getMessage().lines().findFirst().orElse(""),
          e);
    }
  }

  @Override
  public void close() {
    for (MemorySegment s = sessions.poll(); s != null; s = sessions.poll()) {
      ort.release(Kind.SESSION, s);
    }
    weights.close();
  }
}
