package dev.heed.trust.reliability;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the compact form of states: numbers in as few bytes as they need. */
final class StateOut {

  /** A text that is written as it is; otherwise the sixteen bytes of a canonical UUID. */
  static final int TEXT = 0;

  static final int UUID = 1;

  private static final int UUID_LENGTH = 36;

  private byte[] bytes = new byte[512];
  private int size;

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  StateOut put(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  /** A whole number that is not negative: seven bits a byte. */
  StateOut count(long value) {
    long rest = value;
    for (; rest > 0x7f; rest >>>= 7) {
      put((int) (rest & 0x7f | 0x80));
    }
    return put((int) rest);
  }

  /** All 64 bits. */
  StateOut exact(double value) {
    room(Double.BYTES);
    ByteBuffer.wrap(bytes, size, Double.BYTES).putDouble(value);
    size += Double.BYTES;
    return this;
  }

  /** The upper 40 bits, rounded: right to 2e-9 of the value. */
  StateOut number(double value) {
    long bits = Double.doubleToRawLongBits(value);
    long upper = Double.isFinite(value) ? bits + (1L << 23) >>> 24 : bits >>> 24;
    room(5);
    for (int shift = 32; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (upper >>> shift);
    }
    return this;
  }

  StateOut numbers(double[] values) {
    count(values.length);
    for (double value : values) {
      number(value);
    }
    return this;
  }

  StateOut exact(double[] values) {
    count(values.length);
    for (double value : values) {
      exact(value);
    }
    return this;
  }

  /** A name; most of them are UUIDs. */
  StateOut name(String name) {
    if (name.length() == UUID_LENGTH && uuid(name)) {
      return this;
    }
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    put(TEXT).count(text.length);
    room(text.length);
    System.arraycopy(text, 0, bytes, size, text.length);
    size += text.length;
    return this;
  }

  private boolean uuid(String name) {
    int begin = size;
    put(UUID);
    room(16);
    int digits = 0;
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = name.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (dash ? c != '-' : digit < 0) {
        size = begin;
        return false;
      }
      if (!dash && digits++ % 2 == 0) {
        bytes[size] = (byte) (digit << 4);
      } else if (!dash) {
        bytes[size++] |= (byte) digit;
      }
    }
    return true;
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }
}
