package dev.heed.inference.runtime;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.heed.inference.runtime.Ort.Kind;
import dev.heed.inference.runtime.Ort.OrtFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The weights files of a folder, mapped once for all graphs that read them; what ONNX Runtime packs
 * of them for its kernels is held once as well.
 */
final class SharedWeights implements AutoCloseable {

  /** Smaller ones are not worth the call; ONNX Runtime reads them itself. */
  private static final long LEAST_BYTES = 1 << 14;

  /** A larger graph has its weights inside, and nothing to share. */
  private static final long MAX_GRAPH_BYTES = 64 << 20;

  private final Ort ort = Ort.get();
  private final Arena arena = Arena.ofShared();
  private final Path folder;
  private final MemorySegment packed = ort.createPackedWeights();
  private final Map<String, MemorySegment> files = new HashMap<>();
  private final List<MemorySegment> values = new ArrayList<>();

  SharedWeights(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Makes a session of a graph.
   *
   * @throws OrtFailure when ONNX Runtime refuses it
   */
  synchronized MemorySegment load(Path graph, MemorySegment options) {
    for (TensorProto tensor : external(graph)) {
      add(tensor, options);
    }
    MemorySegment session = ort.createSession(graph.toString(), options, packed);
    // Most of it was read to be packed, and is not read again.
    files.values().forEach(NativeMemory::unload);
    return session;
  }

  /** Those whose bytes lie in another file; none where this is no graph, which ORT says better. */
  private static List<TensorProto> external(Path graph) {
    try {
      if (Files.size(graph) > MAX_GRAPH_BYTES) {
        return List.of();
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(graph))) {
        return ModelProto.parseFrom(in).getGraph().getInitializerList().stream()
            .filter(t -> t.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
            .toList();
      }
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Leaves what is damaged to ONNX Runtime, which refuses it by name. */
  private void add(TensorProto tensor, MemorySegment options) {
    Map<String, String> where =
        tensor.getExternalDataList().stream()
            .collect(Collectors.toMap(e -> e.getKey(), e -> e.getValue(), (a, _) -> a));
    try {
      long offset = Long.parseLong(where.getOrDefault("offset", "0"));
      long length = Long.parseLong(where.getOrDefault("length", "-1"));
      MemorySegment file = file(where.getOrDefault("location", ""));
      if (length < LEAST_BYTES || offset < 0 || offset > file.byteSize() - length) {
        return;
      }
      long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
      MemorySegment data = file.asSlice(offset, length);
      MemorySegment value = ort.createTensor(data, tensor.getDataType(), shape);
      values.add(value);
      ort.addInitializer(options, tensor.getName(), value);
    } catch (IllegalArgumentException | IOException | OrtFailure e) {
      // No number, no path, no such file or not that many bytes: ONNX Runtime says which.
      return;
    }
  }

  private MemorySegment file(String name) throws IOException {
    MemorySegment known = files.get(name);
    if (known != null) {
      return known;
    }
    Path path = folder.resolve(name).normalize();
    if (!folder.equals(path.getParent())) {
      throw new IOException("weights outside of the model's folder");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      files.put(name, mapped);
      return mapped;
    }
  }

  /** After the sessions are gone. */
  @Override
  public void close() {
    values.forEach(value -> ort.release(Kind.VALUE, value));
    ort.release(Kind.PACKED_WEIGHTS, packed);
    arena.close();
  }
}
