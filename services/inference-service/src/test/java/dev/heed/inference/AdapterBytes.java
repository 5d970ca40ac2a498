package dev.heed.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes adapter files as ONNX Runtime lays them out, well enough for a reader's tests. */
public final class AdapterBytes {

  private static final short[] FIELDS = {12, 20, 4, 8, 12, 16};

  private record Matrix(String name, long rows, long columns, float[] values) {}

  private final List<Matrix> matrices = new ArrayList<>();

  /** Adds a matrix, row by row. */
  public AdapterBytes matrix(String name, long rows, long columns, float[] values) {
    matrices.add(new Matrix(name, rows, columns, values));
    return this;
  }

  /** All of them. */
  public byte[] build() {
    int size = 64;
    for (Matrix matrix : matrices) {
      size += 4 + 32 + 4 + matrix.name().length() + 24 + 4 + 4 * matrix.values().length;
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(20).put("TORT".getBytes(StandardCharsets.US_ASCII));
    table(out);
    out.putInt(1).putInt(1).putInt(1).putInt(4);
    out.putInt(matrices.size());
    int list = out.position();
    out.position(list + 4 * matrices.size());
    for (int i = 0; i < matrices.size(); i++) {
      int at = list + 4 * i;
      out.putInt(at, out.position() + 12 - at);
      write(out, matrices.get(i));
    }
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }

  /** The list of a table's fields, and the table's pointer back to it. */
  private static void table(ByteBuffer out) {
    for (short field : FIELDS) {
      out.putShort(field);
    }
    out.putInt(12);
  }

  private static void write(ByteBuffer out, Matrix matrix) {
    table(out);
    byte[] name = matrix.name().getBytes(StandardCharsets.UTF_8);
    out.putInt(16).putInt(12 + 4 + name.length).putInt(1).putInt(4 + 4 + name.length + 20);
    out.putInt(name.length).put(name);
    out.putInt(2).putLong(matrix.rows()).putLong(matrix.columns());
    out.putInt(4 * matrix.values().length);
    for (float value : matrix.values()) {
      out.putFloat(value);
    }
  }
}
