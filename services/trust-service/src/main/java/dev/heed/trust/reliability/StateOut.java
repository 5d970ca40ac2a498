package dev.heed.trust.reliability;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the compact form of states: numbers in as few bytes as they need. A thread writes some
 * thousands of states a second, so that it keeps the array in which it does.
 */
final class StateOut {

  /** A text that is written as it is; otherwise the sixteen bytes of a canonical UUID. */
  static final int TEXT = 0;

  static final int UUID = 1;

  private static final int UUID_LENGTH = 36;

  /** What is kept of the array of a state that was larger than most. */
  private static final int MAX_KEPT = 1 << 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final ThreadLocal<StateOut> OF_THREAD = ThreadLocal.withInitial(StateOut::new);

  private byte[] bytes = new byte[4096];
  private int size;

  private StateOut() {}

  /** Begins a state; it ends with {@link #bytes}, before the same thread begins another. */
  static StateOut begin() {
    StateOut out = OF_THREAD.get();
    out.size = 0;
    return out;
  }

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
    LONGS.set(bytes, size, Double.doubleToRawLongBits(value));
    size += Double.BYTES;
    return this;
  }

  /** The upper 40 bits, rounded: right to 2e-9 of the value. */
  StateOut number(double value) {
    long bits = Double.doubleToRawLongBits(value);
    long upper = Double.isFinite(value) ? bits + (1L << 23) >>> 24 : bits >>> 24;
    room(Long.BYTES); // the three bytes too many are written over
    LONGS.set(bytes, size, upper << 24);
    size += 5;
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
    room(1 + 16);
    int place = size;
    bytes[place++] = UUID;
    int digits = 0;
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = name.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (dash ? c != '-' : digit < 0) {
        return false;
      }
      if (!dash && digits++ % 2 == 0) {
        bytes[place] = (byte) (digit << 4);
      } else if (!dash) {
        bytes[place++] |= (byte) digit;
      }
    }
    size = place;
    return true;
  }

  byte[] bytes() {
    byte[] state = Arrays.copyOf(bytes, size);
    if (bytes.length > MAX_KEPT) {
      OF_THREAD.remove();
    }
    return state;
  }
}
