package dev.heed.inference.importing;

import java.util.function.IntFunction;

/**
 * Rounds the rows of a matrix one column after the other and lets the columns that follow make good
 * what each rounding does to the product, as far as the inputs that were measured go together
 * (GPTQ, Frantar et al. 2023). Columns are taken in blocks that know nothing of each other, so that
 * time and memory grow with the width and not with its third power.
 *
 * @param block columns in a block
 * @param factors of each block the upper Cholesky factor of its inverse Gram matrix, row by row
 */
record Gptq(int block, float[][] factors) {

  private static final int LARGEST_BLOCK = 640;

  /** Of the mean of the diagonal, added to it, so that the matrix can be inverted. */
  private static final double DAMPING = 0.01;

  /** The largest block into which a width can be divided. */
  static int block(int width) {
    int block = Math.min(width, LARGEST_BLOCK);
    while (width % block != 0) {
      block--;
    }
    return block;
  }

  /**
   * From what was measured.
   *
   * @param width columns of the matrix
   * @param grams of a block the sum of x x^T over its inputs x, [block, block]
   */
  static Gptq of(int width, IntFunction<float[]> grams) {
    int block = block(width);
    float[][] factors = new float[width / block][];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = factor(grams.apply(i), block);
    }
    return new Gptq(block, factors);
  }

  private static float[] factor(float[] gram, int size) {
    double[][] rows = new double[size][size];
    double mean = 0;
    for (int i = 0; i < size; i++) {
      mean += gram[i * size + i] / size;
      for (int j = 0; j < size; j++) {
        rows[i][j] = gram[i * size + j];
      }
    }
    for (int i = 0; i < size; i++) {
      // A channel that was never used may be anything.
      rows[i][i] = (rows[i][i] == 0 ? Math.max(mean, 1) : rows[i][i]) + DAMPING * mean;
    }
    decompose(rows);
    return inverse(rows);
  }

  /** Leaves in the upper triangle R of A = R R^T: Cholesky from the last row up. */
  private static void decompose(double[][] a) {
    int size = a.length;
    double[] column = new double[size];
    for (int j = size - 1; j >= 0; j--) {
      double root = Math.sqrt(a[j][j]);
      a[j][j] = root;
      for (int i = 0; i < j; i++) {
        a[i][j] = a[j][i] / root;
        column[i] = a[i][j];
      }
      for (int i = 0; i < j; i++) {
        subtract(a[i], column, column[i], 0, i + 1);
      }
    }
  }

  /** The inverse of the upper triangle, U: U^T U is the inverse of R R^T. */
  private static float[] inverse(double[][] r) {
    int size = r.length;
    double[][] u = new double[size][size];
    float[] flat = new float[size * size];
    for (int i = size - 1; i >= 0; i--) {
      u[i][i] = 1;
      for (int k = i + 1; k < size; k++) {
        subtract(u[i], u[k], r[i][k], k, size);
      }
      for (int k = i; k < size; k++) {
        u[i][k] /= r[i][i];
        flat[i * size + k] = (float) u[i][k];
      }
    }
    return flat;
  }

  private static void subtract(double[] from, double[] what, double times, int start, int end) {
    for (int i = start; i < end; i++) {
      from[i] -= times * what[i];
    }
  }

  /**
   * Encodes a row as {@link ChannelCodes#encode} does.
   *
   * @param row is changed
   */
  ChannelCodes.Range encode(float[] row, CodeType type, byte[] codes, int codesAt) {
    ChannelCodes.Grid grid = ChannelCodes.grid(row, row.length, type);
    for (int start = 0; start < row.length; start += block) {
      float[] factor = factors[start / block];
      for (int i = 0; i < block; i++) {
        byte code = grid.code(row, start + i, codes, codesAt);
        codes[codesAt + start + i] = code;
        float error = (row[start + i] - grid.value(code)) / factor[i * block + i];
        int base = i * block - start;
        for (int k = start + i + 1; k < start + block; k++) {
          row[k] -= error * factor[base + k];
        }
      }
    }
    return grid.range();
  }
}
