package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrices that mix channels. */
class RotationTest {

  private static final float EXACT = 1e-5f;

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 32, 80, 576})
  void isSymmetricAndItsOwnInverse(int width) {
    float[] matrix = new Rotation(width).matrix();

    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        assertEquals(matrix[i * width + j], matrix[j * width + i], EXACT);
        assertEquals(i == j ? 1 : 0, dot(matrix, i, j, width), EXACT, "rows " + i + ", " + j);
      }
    }
  }

  private static double dot(float[] matrix, int a, int b, int width) {
    double sum = 0;
    for (int k = 0; k < width; k++) {
      sum += (double) matrix[a * width + k] * matrix[b * width + k];
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 63, 64, 575})
  void spreadsWhatStandsOutInOneChannel(int channel) {
    float[] values = new float[576];
    values[channel] = 100;

    new Rotation(576).apply(values, values.length);

    for (float value : values) {
      assertTrue(Math.abs(value) < 7, "of 100 a channel keeps " + value);
    }
  }

  @Test
  void spreadsWhatAllChannelsHaveInCommon() {
    float[] values = new float[576];
    java.util.Arrays.fill(values, 1);

    new Rotation(576).apply(values, values.length);

    for (float value : values) {
      assertTrue(Math.abs(value) < 6, "of 24 a channel has " + value);
    }
  }

  @Test
  void turnsPartsOfARowByThemselves() {
    Rotation rotation = Rotation.within(96, 64);
    var random = new SplittableRandom(3);
    float[] row = new float[96];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) random.nextDouble();
    }
    float[] first = java.util.Arrays.copyOf(row, 32);

    rotation.apply(row, row.length);
    rotation.apply(first, first.length);

    assertEquals(32, rotation.width());
    assertArrayEquals(first, java.util.Arrays.copyOf(row, 32));
  }
}
