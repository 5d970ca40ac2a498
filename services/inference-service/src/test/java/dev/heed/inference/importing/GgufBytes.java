package dev.heed.inference.importing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes GGUF files for tests and remembers where each field came to lie. */
final class GgufBytes {

  private static final int ALIGNMENT = 32;

  private record Entry(String key, int type, byte[] value) {}

  private record Tensor(String name, long[] dimensions, TensorType type, byte[] data) {}

  private final List<Entry> entries = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private final Map<String, Integer> places = new LinkedHashMap<>();

  GgufBytes text(String key, String value) {
    return put(key, 8, out -> text(out, value));
  }

  GgufBytes u32(String key, int value) {
    return put(key, 4, out -> out.putInt(value));
  }

  GgufBytes f32(String key, float value) {
    return put(key, 6, out -> out.putFloat(value));
  }

  GgufBytes flag(String key, boolean value) {
    return put(key, 7, out -> out.put((byte) (value ? 1 : 0)));
  }

  GgufBytes texts(String key, List<String> values) {
    return put(
        key,
        9,
        out -> {
          out.putInt(8).putLong(values.size());
          values.forEach(value -> text(out, value));
        });
  }

  GgufBytes ints(String key, int... values) {
    return put(
        key,
        9,
        out -> {
          out.putInt(5).putLong(values.length);
          for (int value : values) {
            out.putInt(value);
          }
        });
  }

  GgufBytes floats(String key, float... values) {
    return put(
        key,
        9,
        out -> {
          out.putInt(6).putLong(values.length);
          for (float value : values) {
            out.putFloat(value);
          }
        });
  }

  GgufBytes without(String key) {
    entries.removeIf(entry -> entry.key.equals(key));
    tensors.removeIf(tensor -> tensor.name.equals(key));
    return this;
  }

  GgufBytes tensor(String name, TensorType type, byte[] data, long... dimensions) {
    tensors.removeIf(tensor -> tensor.name.equals(name));
    tensors.add(new Tensor(name, dimensions, type, data));
    return this;
  }

  byte[] data(String name) {
    return find(name).data.clone();
  }

  TensorType type(String name) {
    return find(name).type;
  }

  boolean has(String name) {
    return tensors.stream().anyMatch(tensor -> tensor.name.equals(name));
  }

  private Tensor find(String name) {
    return tensors.stream().filter(t -> t.name.equals(name)).findFirst().orElseThrow();
  }

  /** Where a field lies after {@link #build}: "magic", "key:K", "value:K", "name:T", ... */
  int at(String field) {
    Integer place = places.get(field);
    if (place == null) {
      throw new IllegalArgumentException(field + " is none of " + places.keySet());
    }
    return place;
  }

  byte[] build() {
    places.clear();
    int dataBytes = tensors.stream().mapToInt(t -> t.data.length + ALIGNMENT).sum();
    ByteBuffer out = buffer(dataBytes + (1 << 20));
    mark(out, "magic").put("GGUF".getBytes(StandardCharsets.US_ASCII));
    mark(out, "version").putInt(3);
    mark(out, "tensor_count").putLong(tensors.size());
    mark(out, "metadata_kv_count").putLong(entries.size());
    for (Entry entry : entries) {
      text(mark(out, "key:" + entry.key), entry.key);
      mark(out, "type:" + entry.key).putInt(entry.type);
      mark(out, "value:" + entry.key).put(entry.value);
    }
    long offset = 0;
    for (Tensor tensor : tensors) {
      writeInfo(out, tensor, offset);
      offset = align(offset + tensor.data.length);
    }
    int start = (int) align(out.position());
    offset = start;
    for (Tensor tensor : tensors) {
      places.put("data:" + tensor.name, (int) offset);
      out.position((int) offset).put(tensor.data);
      offset = align(out.position());
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private void writeInfo(ByteBuffer out, Tensor tensor, long offset) {
    text(mark(out, "name:" + tensor.name), tensor.name);
    mark(out, "n_dimensions:" + tensor.name).putInt(tensor.dimensions.length);
    mark(out, "dimensions:" + tensor.name);
    for (long dimension : tensor.dimensions) {
      out.putLong(dimension);
    }
    mark(out, "tensor type:" + tensor.name).putInt(tensor.type.code());
    mark(out, "offset:" + tensor.name).putLong(offset);
  }

  private ByteBuffer mark(ByteBuffer out, String field) {
    places.put(field, out.position());
    return out;
  }

  private GgufBytes put(String key, int type, java.util.function.Consumer<ByteBuffer> writer) {
    ByteBuffer value = buffer(1 << 20);
    writer.accept(value);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(value.array(), 0, value.position());
    entries.removeIf(entry -> entry.key.equals(key));
    entries.add(new Entry(key, type, bytes.toByteArray()));
    return this;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void text(ByteBuffer out, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    out.putLong(bytes.length).put(bytes);
  }

  private static long align(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
