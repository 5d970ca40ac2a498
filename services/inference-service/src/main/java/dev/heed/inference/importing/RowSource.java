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
}
