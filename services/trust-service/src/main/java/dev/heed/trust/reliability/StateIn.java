package dev.heed.trust.reliability;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link StateOut} has written. */
final class StateIn {

  private final ByteBuffer bytes;

  StateIn(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  int next() {
    return bytes.get() & 0xff;
  }

  long count() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = next();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
  }

  double exact() {
    return bytes.getDouble();
  }

  double number() {
    long upper = next();
    upper = upper << 32 | bytes.getInt() & 0xffffffffL;
    return Double.longBitsToDouble(upper << 24);
  }

  double[] numbers() {
    double[] values = new double[length(5)];
    for (int i = 0; i < values.length; i++) {
      values[i] = number();
    }
    return values;
  }

  double[] exacts() {
    double[] values = new double[length(Double.BYTES)];
    for (int i = 0; i < values.length; i++) {
      values[i] = exact();
    }
    return values;
  }

  String name() {
    if (next() == StateOut.UUID) {
      return new java.util.UUID(bytes.getLong(), bytes.getLong()).toString();
    }
    byte[] text = new byte[length(1)];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** A count of elements of a size, which must be there: damage allocates nothing. */
  private int length(int elementBytes) {
    long length = count();
    if (length < 0 || length > bytes.remaining() / elementBytes) {
      throw new IllegalStateException("a damaged state: more elements than bytes");
    }
    return (int) length;
  }
}
