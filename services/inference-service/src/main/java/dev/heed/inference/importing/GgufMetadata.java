package dev.heed.inference.importing;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The key-value part of a GGUF file. Only places are kept; a value is read when asked for, so what
 * a file declares costs nothing before it is used.
 */
final class GgufMetadata {

  private static final int MAX_KEY_BYTES = 65_535;
  private static final int MAX_TEXT_BYTES = 1 << 20;
  private static final int MAX_ITEMS = 1 << 22;

  private record Place(GgufValueType type, GgufValueType item, long count, long offset) {}

  private final MemorySegment file;
  private final Map<String, Place> places = new LinkedHashMap<>();

  private GgufMetadata(MemorySegment file) {
    this.file = file;
  }

  static GgufMetadata read(MemorySegment file, GgufCursor cursor, long count) throws GgufException {
    GgufMetadata metadata = new GgufMetadata(file);
    for (long i = 0; i < count; i++) {
      long at = cursor.position();
      String key = cursor.text("metadata key " + i, MAX_KEY_BYTES);
      Place place = metadata.readPlace(key, cursor);
      if (metadata.places.putIfAbsent(key, place) != null) {
        throw new GgufException(key, at, "the key occurs twice");
      }
    }
    return metadata;
  }

  private Place readPlace(String key, GgufCursor cursor) throws GgufException {
    GgufValueType type = GgufValueType.read(cursor, key);
    long offset = cursor.position();
    switch (type) {
      case STRING -> cursor.skipText(key);
      case ARRAY -> {
        return readArray(key, cursor);
      }
      default -> cursor.skip(key, type.bytes());
    }
    return new Place(type, type, 1, offset);
  }

  private static Place readArray(String key, GgufCursor cursor) throws GgufException {
    long typeAt = cursor.position();
    GgufValueType item = GgufValueType.read(cursor, key);
    if (item == GgufValueType.ARRAY) {
      throw new GgufException(key, typeAt, "arrays of arrays are not read");
    }
    int least = item == GgufValueType.STRING ? 8 : item.bytes();
    long count = cursor.count(key, Math.max(0, cursor.remaining() - 8) / least);
    long offset = cursor.position();
    if (item == GgufValueType.STRING) {
      for (long i = 0; i < count; i++) {
        cursor.skipText(key + "[" + i + "]");
      }
    } else {
      cursor.skip(key, count * item.bytes());
    }
    return new Place(GgufValueType.ARRAY, item, count, offset);
  }

  boolean has(String key) {
    return places.containsKey(key);
  }

  /** Byte of the file where a key's value begins; -1 when the key is missing. */
  long offset(String key) {
    Place place = places.get(key);
    return place == null ? -1 : place.offset;
  }

  /** An exception about a key's value. */
  GgufException wrong(String key, String reason) {
    return new GgufException(key, Math.max(0, offset(key)), reason);
  }

  Optional<String> text(String key) throws GgufException {
    Place place = places.get(key);
    if (place == null) {
      return Optional.empty();
    }
    if (place.type != GgufValueType.STRING) {
      throw wrong(key, "should be a STRING, is " + place.type);
    }
    return Optional.of(new GgufCursor(file, place.offset).text(key, MAX_TEXT_BYTES));
  }

  /** A whole number of any width. */
  OptionalLong integer(String key) throws GgufException {
    Place place = places.get(key);
    return place == null
        ? OptionalLong.empty()
        : OptionalLong.of(readInteger(key, place.type, new GgufCursor(file, place.offset)));
  }

  /** A whole number that must be there and lie in a range. */
  int integer(String key, int least, int most) throws GgufException {
    long value = integer(key).orElseThrow(() -> missing(key));
    if (value < least || value > most) {
      throw wrong(key, "is " + value + ", should be " + least + " to " + most);
    }
    return (int) value;
  }

  OptionalDouble number(String key) throws GgufException {
    Place place = places.get(key);
    if (place == null) {
      return OptionalDouble.empty();
    }
    GgufCursor cursor = new GgufCursor(file, place.offset);
    double value =
        switch (place.type) {
          case FLOAT32 -> Float.intBitsToFloat(cursor.i32(key));
          case FLOAT64 -> Double.longBitsToDouble(cursor.u64(key));
          default -> readInteger(key, place.type, cursor);
        };
    if (!Double.isFinite(value)) {
      throw wrong(key, "is not a finite number");
    }
    return OptionalDouble.of(value);
  }

  Optional<Boolean> flag(String key) throws GgufException {
    Place place = places.get(key);
    if (place == null) {
      return Optional.empty();
    }
    if (place.type != GgufValueType.BOOL) {
      throw wrong(key, "should be a BOOL, is " + place.type);
    }
    return Optional.of(new GgufCursor(file, place.offset).u8(key) != 0);
  }

  /** The strings of an array that must be there. */
  List<String> texts(String key) throws GgufException {
    Place place = array(key, GgufValueType.STRING);
    GgufCursor cursor = new GgufCursor(file, place.offset);
    List<String> texts = new ArrayList<>((int) place.count);
    for (long i = 0; i < place.count; i++) {
      texts.add(cursor.text(key + "[" + i + "]", MAX_TEXT_BYTES));
    }
    return texts;
  }

  /** The 32-bit numbers of an array that must be there. */
  int[] integers(String key) throws GgufException {
    Place place = array(key, GgufValueType.INT32);
    GgufCursor cursor = new GgufCursor(file, place.offset);
    int[] values = new int[(int) place.count];
    for (int i = 0; i < values.length; i++) {
      values[i] = cursor.i32(key);
    }
    return values;
  }

  /** The 32-bit floats of an array that must be there. */
  float[] floats(String key) throws GgufException {
    Place place = array(key, GgufValueType.FLOAT32);
    GgufCursor cursor = new GgufCursor(file, place.offset);
    float[] values = new float[(int) place.count];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(cursor.i32(key));
    }
    return values;
  }

  GgufException missing(String key) {
    return new GgufException(key, 0, "is missing from the metadata");
  }

  private Place array(String key, GgufValueType item) throws GgufException {
    Place place = places.get(key);
    if (place == null) {
      throw missing(key);
    }
    if (place.type != GgufValueType.ARRAY || place.item != item) {
      throw wrong(key, "should be an ARRAY of " + item);
    }
    if (place.count > MAX_ITEMS) {
      throw wrong(key, "has " + place.count + " items, at most " + MAX_ITEMS + " are read");
    }
    return place;
  }

  private long readInteger(String key, GgufValueType type, GgufCursor cursor) throws GgufException {
    return switch (type) {
      case UINT8 -> cursor.u8(key);
      case INT8 -> (byte) cursor.u8(key);
      case UINT16 -> cursor.u16(key);
      case INT16 -> (short) cursor.u16(key);
      case UINT32 -> cursor.u32(key);
      case INT32 -> cursor.i32(key);
      case UINT64, INT64 -> cursor.u64(key);
      default -> throw wrong(key, "should be a whole number, is " + type);
    };
  }
}
