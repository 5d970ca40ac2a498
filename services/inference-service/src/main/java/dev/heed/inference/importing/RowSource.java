package dev.heed.inference.importing;

import java.util.List;

/** A matrix whose rows are decoded one at a time. */
interface RowSource {

  int rows();

  int columns();

  /** Writes row {@code row} into the first {@link #columns()} places of {@code target}. */
  void read(int row, float[] target) throws GgufException;

  /** A tensor of the file, as it lies there. */
  static RowSource of(GgufFile file, GgufTensor tensor) {
    return new RowSource() {
      @Override
      public int rows() {
        return tensor.rows();
      }

      @Override
      public int columns() {
        return tensor.columns();
      }

      @Override
      public void read(int row, float[] target) throws GgufException {
        file.decodeRow(tensor, row, target);
      }
    };
  }

  /**
   * GGUF keeps the rows of Q and K in interleaved rotary pairs; this puts the two halves of each
   * head back as the reference model (and GroupQueryAttention) has them.
   */
  static RowSource unpermuted(RowSource source, int headSize) {
    int half = headSize / 2;
    return new RowSource() {
      @Override
      public int rows() {
        return source.rows();
      }

      @Override
      public int columns() {
        return source.columns();
      }

      @Override
      public void read(int row, float[] target) throws GgufException {
        int head = row / headSize;
        int within = row % headSize;
        source.read(head * headSize + within % half * 2 + within / half, target);
      }
    };
  }

  /** Matrices of the same width, one below the other. */
  static RowSource stacked(List<RowSource> parts) {
    return new RowSource() {
      @Override
      public int rows() {
        return parts.stream().mapToInt(RowSource::rows).sum();
      }

      @Override
      public int columns() {
        return parts.getFirst().columns();
      }

      @Override
      public void read(int row, float[] target) throws GgufException {
        int left = row;
        for (RowSource part : parts) {
          if (left < part.rows()) {
            part.read(left, target);
            return;
          }
          left -= part.rows();
        }
        throw new IndexOutOfBoundsException(row);
      }
    };
  }

  /** A matrix with each column multiplied by its factor. */
  static RowSource columnsMultiplied(RowSource source, float[] factors) {
    return changed(
        source,
        (row, target) -> {
          for (int i = 0; i < factors.length; i++) {
            target[i] *= factors[i];
          }
        });
  }

  /** A matrix with each row divided by its divisor. */
  static RowSource rowsDivided(RowSource source, float[] divisors) {
    return changed(
        source,
        (row, target) -> {
          for (int i = 0; i < source.columns(); i++) {
            target[i] /= divisors[row];
          }
        });
  }

  /** Changes a row that was read. */
  @FunctionalInterface
  interface Change {
    void apply(int row, float[] target);
  }

  private static RowSource changed(RowSource source, Change change) {
    return new RowSource() {
      @Override
      public int rows() {
        return source.rows();
      }

      @Override
      public int columns() {
        return source.columns();
      }

      @Override
      public void read(int row, float[] target) throws GgufException {
        source.read(row, target);
        change.apply(row, target);
      }
    };
  }
}
