package dev.heed.inference.importing;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A position in a mapped file from which little-endian values are read. Every read is checked
 * against the file's size before anything is allocated.
 */
final class GgufCursor {

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment file;
  private long position;

  GgufCursor(MemorySegment file, long position) {
    this.file = file;
    this.position = position;
  }

  long position() {
    return position;
  }

  long remaining() {
    return file.byteSize() - position;
  }

  int u8(String field) throws GgufException {
    return file.get(ValueLayout.JAVA_BYTE, take(field, 1)) & 0xFF;
  }

  int u16(String field) throws GgufException {
    return file.get(SHORT, take(field, 2)) & 0xFFFF;
  }

  int i32(String field) throws GgufException {
    return file.get(INT, take(field, 4));
  }

  long u32(String field) throws GgufException {
    return i32(field) & 0xFFFF_FFFFL;
  }

  /** An unsigned 64-bit number as Java's long: from 2^63 on it is negative. */
  long u64(String field) throws GgufException {
    return file.get(LONG, take(field, 8));
  }

  /** A count or size: refused when it does not fit a positive long or exceeds the limit. */
  long count(String field, long limit) throws GgufException {
    long at = position;
    long value = u64(field);
    if (value < 0 || value > limit) {
      String shown = Long.toUnsignedString(value);
      throw new GgufException(field, at, "says " + shown + ", at most " + limit + " is possible");
    }
    return value;
  }

  /** A string: its length as 64 bits, then UTF-8, at most {@code limit} bytes. */
  String text(String field, long limit) throws GgufException {
    long at = position;
    long length = count(field, Math.max(0, Math.min(limit, remaining() - 8)));
    byte[] bytes = file.asSlice(take(field, length), length).toArray(ValueLayout.JAVA_BYTE);
    try {
      CharBuffer chars =
          StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes));
      return chars.toString();
    } catch (CharacterCodingException e) {
      throw new GgufException(field, at, "is not UTF-8");
    }
  }

  /** Passes over a string without reading it. */
  void skipText(String field) throws GgufException {
    long length = count(field, Math.max(0, remaining() - 8));
    take(field, length);
  }

  /** Passes over {@code bytes} bytes. */
  void skip(String field, long bytes) throws GgufException {
    take(field, bytes);
  }

  private long take(String field, long bytes) throws GgufException {
    if (bytes < 0 || bytes > remaining()) {
      throw new GgufException(
          field, position, "needs " + bytes + " bytes, the file has " + remaining() + " left");
    }
    long at = position;
    position += bytes;
    return at;
  }
}
