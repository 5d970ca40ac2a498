package dev.heed.inference.importing;

/** The types of metadata values, in the order of their codes in the file. */
enum GgufValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(0),
  ARRAY(0),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int bytes;

  GgufValueType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one value; 0 for those whose length is in the file. */
  int bytes() {
    return bytes;
  }

  static GgufValueType read(GgufCursor cursor, String field) throws GgufException {
    long at = cursor.position();
    long code = cursor.u32(field);
    if (code >= values().length) {
      throw new GgufException(field, at, "unknown value type " + code);
    }
    return values()[(int) code];
  }
}
