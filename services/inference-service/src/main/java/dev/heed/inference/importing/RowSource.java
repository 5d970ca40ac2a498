package dev.heed.inference.importing;

import java.util.List;

/** A matrix whose rows are decoded one at a time. */
interface RowSource {

  int rows();

  int columns();

  /** Writes row {@code row} into the first {@link #columns()} places of {@code target}. */
  void read(int row, float[] target) throws GgufException;

  /** Writes a row. */
  @FunctionalInterface
  interface Reader {
    void read(int row, float[] target) throws GgufException;
  }

  /** A matrix of that size, by its reader. */
  record Read(int rows, int columns, Reader reader) implements RowSource {

    @Override
    public void read(int row, float[] target) throws GgufException {
      reader.read(row, target);
    }
  }

  /** A tensor of the file, as it lies there. */
  static RowSource of(GgufFile file, GgufTensor tensor) {
    return new Read(
        tensor.rows(), tensor.columns(), (row, target) -> file.decodeRow(tensor, row, target));
  }

  /**
   * GGUF keeps the rows of Q and K in interleaved rotary pairs; this puts the two halves of each
   * head back as the reference model (and GroupQueryAttention) has them.
   */
  static RowSource unpermuted(RowSource source, int headSize) {
    int half = headSize / 2;
    return source.with(
        (row, target) -> {
          int head = row / headSize;
          int within = row % headSize;
          source.read(head * headSize + within % half * 2 + within / half, target);
        });
  }

  /** Matrices of the same width, one below the other. */
  static RowSource stacked(List<RowSource> parts) {
    int rows = parts.stream().mapToInt(RowSource::rows).sum();
    return new Read(
        rows,
        parts.getFirst().columns(),
        (row, target) -> {
          int left = row;
          for (RowSource part : parts) {
            if (left < part.rows()) {
              part.read(left, target);
              return;
            }
            left -= part.rows();
          }
          throw new IndexOutOfBoundsException(row);
        });
  }

  /** A matrix with each column multiplied by its factor. */
  static RowSource columnsMultiplied(RowSource source, float[] factors) {
    return source.with(
        (row, target) -> {
          source.read(row, target);
          for (int i = 0; i < factors.length; i++) {
            target[i] *= factors[i];
          }
        });
  }

  /** A matrix whose rows are turned, so many columns at a time. */
  static RowSource columnsRotated(RowSource source, Rotation rotation) {
    return source.with(
        (row, target) -> {
          source.read(row, target);
          rotation.apply(target, source.columns());
        });
  }

  /**
   * A matrix whose columns are turned, so many rows at a time; all of it is read now.
   *
   * @param from the first of the rows that are
   */
  static RowSource rowsRotated(RowSource source, int from, Rotation rotation) throws GgufException {
    float[][] rows = new float[source.rows()][source.columns()];
    for (int r = 0; r < rows.length; r++) {
      source.read(r, rows[r]);
    }
    float[] column = new float[rows.length - from];
    for (int c = 0; c < source.columns(); c++) {
      for (int r = from; r < rows.length; r++) {
        column[r - from] = rows[r][c];
      }
      rotation.apply(column, column.length);
      for (int r = from; r < rows.length; r++) {
        rows[r][c] = column[r - from];
      }
    }
    return source.with(
        (row, target) -> System.arraycopy(rows[row], 0, target, 0, rows[row].length));
  }

  /** A matrix of this size with another reader. */
  private RowSource with(Reader reader) {
    return new Read(rows(), columns(), reader);
  }
}
