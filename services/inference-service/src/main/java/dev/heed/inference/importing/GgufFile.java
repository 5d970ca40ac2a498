package dev.heed.inference.importing;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An open GGUF file (version 2 or 3, little-endian), memory-mapped: its metadata and its tensors. A
 * declared size never allocates. Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
public final class GgufFile implements AutoCloseable {

  private static final int MAGIC = 0x46554747; // "GGUF", little-endian
  private static final int MAX_TENSORS = 65_536;
  private static final int MAX_KEYS = 65_536;
  private static final int LEAST_TENSOR_BYTES = 8 + 4 + 8 + 4 + 8;
  private static final int LEAST_KEY_BYTES = 8 + 4 + 1;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final float LARGEST_WEIGHT = 1e30f;
  private static final String ALIGNMENT = "general.alignment";

  private final Arena arena;
  private final MemorySegment bytes;
  private final GgufMetadata metadata;
  private final Map<String, GgufTensor> tensors;

  private GgufFile(
      Arena arena, MemorySegment bytes, GgufMetadata metadata, Map<String, GgufTensor> tensors) {
    this.arena = arena;
    this.bytes = bytes;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Maps and checks a file.
   *
   * @throws GgufException when the file is damaged, with the field and the byte
   * @throws IOException when it cannot be opened
   */
  @SuppressWarnings("PMD.CloseResource") // the arena lives as long as what is returned
  public static GgufFile open(Path path) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return read(arena, bytes);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Checks bytes that are there already; {@code arena} is closed with the file. */
  static GgufFile read(Arena arena, MemorySegment bytes) throws GgufException {
    GgufCursor cursor = new GgufCursor(bytes, 0);
    if (cursor.i32("magic") != MAGIC) {
      throw new GgufException("magic", 0, "is not GGUF");
    }
    long version = cursor.u32("version");
    if (version != 3 && version != 2) {
      String hint = Long.numberOfTrailingZeros(version) >= 24 ? " (a big-endian file)" : "";
      throw new GgufException("version", 4, "is " + version + hint + ", read is 3 (and 2)");
    }
    long room = cursor.remaining();
    long tensorCount =
        cursor.count("tensor_count", Math.min(MAX_TENSORS, room / LEAST_TENSOR_BYTES));
    long keyCount = cursor.count("metadata_kv_count", Math.min(MAX_KEYS, room / LEAST_KEY_BYTES));
    GgufMetadata metadata = GgufMetadata.read(bytes, cursor, keyCount);
    int alignment =
        metadata.has(ALIGNMENT) ? metadata.integer(ALIGNMENT, 1, 1 << 20) : DEFAULT_ALIGNMENT;
    if (Integer.bitCount(alignment) != 1) {
      throw metadata.wrong(ALIGNMENT, "is " + alignment + ", should be a power of two");
    }
    return new GgufFile(
        arena, bytes, metadata, GgufTensors.read(cursor, tensorCount, alignment, bytes.byteSize()));
  }

  GgufMetadata metadata() {
    return metadata;
  }

  Set<String> tensorNames() {
    return tensors.keySet();
  }

  Optional<GgufTensor> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * Decodes one row of a tensor.
   *
   * @throws GgufException when one of its values is not finite, or too large for any weight
   */
  void decodeRow(GgufTensor tensor, int row, float[] target) throws GgufException {
    long at = tensor.dataOffset() + row * tensor.rowBytes();
    Dequantizer.decode(tensor.type(), bytes, at, target, tensor.columns());
    for (int i = 0; i < tensor.columns(); i++) {
      if (!(Math.abs(target[i]) <= LARGEST_WEIGHT)) {
        throw new GgufException(
            tensor.name(), at, "value " + i + " of row " + row + " is " + target[i]);
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
