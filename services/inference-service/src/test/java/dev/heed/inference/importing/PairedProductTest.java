package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of codes in pairs at their limit with inputs at theirs, on whatever runs this test. */
class PairedProductTest {

  private static final int WIDTH = 576;
  private static final int ROWS = 48;
  private static final int LARGEST = 255;

  @TempDir private Path folder;

  private final Random random = new Random(11);

  /** Whole numbers, so that a step is 1; most pairs have no room left. */
  private float[][] matrix() {
    float[][] matrix = new float[ROWS][WIDTH];
    for (float[] row : matrix) {
      for (int i = 0; i < WIDTH; i += 2) {
        int side = random.nextBoolean() ? 1 : -1;
        int first = 1 + random.nextInt(127);
        row[i] = side * first;
        row[i + 1] = side * (CodeType.PAIR - first);
      }
      row[0] = 127;
      row[1] = -127;
    }
    return matrix;
  }

  /** Whole numbers from 0 to 255, or from -255 to 0: inputs get a step of 1, too. */
  private float[][] inputs(int count, int side) {
    float[][] inputs = new float[count][WIDTH];
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < WIDTH; i++) {
        inputs[r][i] = side * (r == 0 ? LARGEST : random.nextInt(LARGEST + 1));
      }
    }
    return inputs;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16})
  void noSumOfTwoProductsOverflows(int count) throws Exception {
    float[][] matrix = matrix();
    OneProduct model = OneProduct.write(folder, matrix, CodeType.PAIRED, false);
    for (int side : new int[] {1, -1}) {
      float[][] inputs = inputs(count, side);
      float[][] products = model.of(inputs);
      for (int r = 0; r < count; r++) {
        assertArrayEquals(product(matrix, inputs[r]), products[r], 0.5f, "input " + r);
      }
    }
  }

  /** Less than 2^24, so exact. */
  private static float[] product(float[][] matrix, float[] input) {
    float[] product = new float[ROWS];
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < WIDTH; i++) {
        product[r] += matrix[r][i] * input[i];
      }
    }
    return product;
  }
}
