package dev.heed.inference.importing;

import java.util.List;

/**
 * Where a tensor lies and how it is encoded.
 *
 * @param name as in the file
 * @param shape dimensions as the file has them: the first is the row length (contiguous)
 * @param type encoding
 * @param infoOffset byte of the file where its description begins
 * @param dataOffset byte of the file where its data begin
 * @param bytes size of its data
 */
record GgufTensor(
    String name, List<Long> shape, TensorType type, long infoOffset, long dataOffset, long bytes) {

  GgufTensor {
    shape = List.copyOf(shape);
  }

  /** Values in a row. */
  int columns() {
    return Math.toIntExact(shape.getFirst());
  }

  /** Rows of all other dimensions together. */
  int rows() {
    long rows = 1;
    for (long dimension : shape.subList(1, shape.size())) {
      rows *= dimension;
    }
    return Math.toIntExact(rows);
  }

  /** Bytes of a row. */
  long rowBytes() {
    return (long) columns() / type.blockValues() * type.blockBytes();
  }
}
