package dev.heed.inference.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An adapter in ONNX Runtime's file format: a FlatBuffer (identifier TORT) of named tensors, as
 * {@code onnxruntime.AdapterFormat} writes it. ONNX Runtime applies such a file itself only in runs
 * without IO binding, so it is read here and its tensors are bound like any other input.
 */
public record AdapterFile(List<Matrix> matrices) {

  private static final String FIELD = "adapter";
  private static final long MAX_BYTES = 1L << 30;
  private static final int MAX_MATRICES = 100_000;
  private static final int IDENTIFIER_AT = 4;
  private static final int FLOAT = 1;
  private static final int FORMAT = 1;

  /** A matrix of 32-bit floats; its data are little-endian, row by row. */
  public record Matrix(String name, long rows, long columns, ByteBuffer data) {}

  /**
   * Reads a file's bytes.
   *
   * @throws ModelException when they are no adapter, or damaged
   */
  public static AdapterFile parse(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      String identifier = new String(bytes, IDENTIFIER_AT, 4, StandardCharsets.US_ASCII);
      if (!identifier.equals("TORT")) {
        throw new ModelException(FIELD, "is no ONNX Runtime adapter");
      }
      Table root = new Table(buffer, buffer.getInt(0));
      if (root.number(0) != FORMAT) {
        throw new ModelException(FIELD, "has format " + root.number(0) + ", should be " + FORMAT);
      }
      return new AdapterFile(matrices(root));
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new ModelException(FIELD, "is damaged", e);
    }
  }

  /** Reads a file. */
  public static byte[] bytes(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new ModelException(FIELD, "is larger than " + MAX_BYTES + " bytes");
    }
    return Files.readAllBytes(file);
  }

  private static List<Matrix> matrices(Table root) {
    int vector = root.reference(3);
    int count = root.buffer.getInt(vector);
    if (count < 1 || count > MAX_MATRICES) {
      throw new ModelException(FIELD, "holds " + count + " tensors");
    }
    List<Matrix> matrices = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int at = Math.addExact(vector, 4 + 4 * i);
      Matrix matrix = matrix(new Table(root.buffer, at + root.buffer.getInt(at)));
      if (!names.add(matrix.name())) {
        throw new ModelException(FIELD, "names a tensor twice: " + matrix.name());
      }
      matrices.add(matrix);
    }
    return List.copyOf(matrices);
  }

  private static Matrix matrix(Table table) {
    ByteBuffer text = table.bytes(0);
    String name = StandardCharsets.UTF_8.decode(text).toString().replaceAll("\\p{Cntrl}", "?");
    int dims = table.reference(1);
    if (table.buffer.getInt(dims) != 2 || table.number(2) != FLOAT) {
      throw new ModelException(FIELD, name + " should be a matrix of float32");
    }
    long rows = table.buffer.getLong(dims + 4);
    long columns = table.buffer.getLong(dims + 12);
    ByteBuffer data = table.bytes(3);
    if (rows < 1
        || columns < 1
        || Math.multiplyExact(Math.multiplyExact(rows, columns), 4L) != data.remaining()) {
      throw new ModelException(FIELD, name + " has other bytes than its shape says");
    }
    return new Matrix(name, rows, columns, data);
  }

  /** A FlatBuffers table: a pointer back to its list of fields' offsets. */
  private record Table(ByteBuffer buffer, int at) {

    /** Where a field's value lies; 0 when it has its default. */
    private int field(int index) {
      int fields = Math.subtractExact(at, buffer.getInt(at));
      int entry = 4 + 2 * index;
      int size = Short.toUnsignedInt(buffer.getShort(fields));
      int offset = entry >= size ? 0 : Short.toUnsignedInt(buffer.getShort(fields + entry));
      return offset == 0 ? 0 : at + offset;
    }

    int number(int index) {
      int field = field(index);
      return field == 0 ? 0 : buffer.getInt(field);
    }

    /** Where a vector or string begins, at its length. */
    int reference(int index) {
      int field = field(index);
      if (field == 0) {
        throw new ModelException(FIELD, "lacks a part");
      }
      return Math.addExact(field, buffer.getInt(field));
    }

    ByteBuffer bytes(int index) {
      int vector = reference(index);
      return buffer.slice(vector + 4, buffer.getInt(vector)).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
