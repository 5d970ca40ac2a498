package dev.heed.inference.importing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and checks the tensor descriptions: each lies inside the file and no two overlap. */
final class GgufTensors {

  private static final int MAX_NAME_BYTES = 64;
  private static final int MAX_DIMENSIONS = 4;

  private record Info(
      String name, List<Long> shape, TensorType type, long at, long offsetAt, long offset) {}

  private GgufTensors() {}

  static Map<String, GgufTensor> read(GgufCursor cursor, long count, int alignment, long fileBytes)
      throws GgufException {
    List<Info> infos = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      infos.add(readInfo(cursor, i, alignment));
    }
    long dataStart = (cursor.position() + alignment - 1) / alignment * alignment;
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    for (Info info : infos) {
      if (tensors.put(info.name, place(info, dataStart, fileBytes)) != null) {
        throw new GgufException(info.name, info.at, "the tensor occurs twice");
      }
    }
    refuseOverlaps(tensors);
    return tensors;
  }

  private static Info readInfo(GgufCursor cursor, long index, int alignment) throws GgufException {
    long at = cursor.position();
    String name = cursor.text("tensor " + index + " name", MAX_NAME_BYTES);
    long dimensionsAt = cursor.position();
    long dimensions = cursor.u32(name + " n_dimensions");
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw new GgufException(
          name + " n_dimensions", dimensionsAt, "is " + dimensions + ", should be 1 to 4");
    }
    List<Long> shape = new ArrayList<>();
    long values = 1;
    for (int i = 0; i < dimensions; i++) {
      long dimensionAt = cursor.position();
      long size = cursor.u64(name + " dimensions");
      if (size < 1 || size > Integer.MAX_VALUE || values > Long.MAX_VALUE / 8 / size) {
        throw new GgufException(
            name + " dimensions", dimensionAt, "size " + Long.toUnsignedString(size));
      }
      values *= size;
      shape.add(size);
    }
    TensorType type = readType(cursor, name);
    if (shape.getFirst() % type.blockValues() != 0) {
      throw new GgufException(
          name + " dimensions",
          dimensionsAt + 4,
          "rows of " + shape.getFirst() + " are not whole blocks of " + type);
    }
    long offsetAt = cursor.position();
    long offset = cursor.u64(name + " offset");
    if (offset % alignment != 0) {
      throw new GgufException(
          name + " offset", offsetAt, offset + " is no multiple of the alignment " + alignment);
    }
    return new Info(name, shape, type, at, offsetAt, offset);
  }

  private static TensorType readType(GgufCursor cursor, String name) throws GgufException {
    long at = cursor.position();
    long code = cursor.u32(name + " type");
    return TensorType.of(code)
        .orElseThrow(
            () ->
                new GgufException(
                    name + " type",
                    at,
                    "tensor type " + code + " is not read; read are " + TensorType.supported()));
  }

  private static GgufTensor place(Info info, long dataStart, long fileBytes) throws GgufException {
    long values = info.shape.stream().reduce(1L, (a, b) -> a * b);
    long blocks = values / info.type.blockValues();
    long room = fileBytes - dataStart;
    boolean outside =
        info.offset < 0
            || info.offset > room
            || blocks > (room - info.offset) / info.type.blockBytes();
    if (outside) {
      throw new GgufException(
          info.name + " offset",
          info.offsetAt,
          "data at "
              + Long.toUnsignedString(info.offset)
              + " ("
              + blocks
              + " blocks of "
              + info.type.blockBytes()
              + " bytes) reach past the file's end, "
              + Math.max(0, room)
              + " bytes of data");
    }
    return new GgufTensor(
        info.name,
        info.shape,
        info.type,
        info.at,
        dataStart + info.offset,
        blocks * info.type.blockBytes());
  }

  private static void refuseOverlaps(Map<String, GgufTensor> tensors) throws GgufException {
    List<GgufTensor> ordered = new ArrayList<>(tensors.values());
    ordered.sort(Comparator.comparingLong(GgufTensor::dataOffset));
    for (int i = 1; i < ordered.size(); i++) {
      GgufTensor before = ordered.get(i - 1);
      GgufTensor tensor = ordered.get(i);
      if (tensor.dataOffset() < before.dataOffset() + before.bytes()) {
        throw new GgufException(
            tensor.name() + " offset",
            tensor.dataOffset(),
            "overlaps the data of '" + before.name() + "'");
      }
    }
  }
}
