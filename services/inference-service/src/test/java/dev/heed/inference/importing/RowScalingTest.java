package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dynamic product of several rows, of which some are unlike the others. */
class RowScalingTest {

  private static final int WIDTH = 64;
  private static final int ROWS = 32;

  /** Relative, of a product in eight bits; with one step for all rows it is 1 beside an outlier. */
  private static final double TOLERANCE = 0.02;

  @TempDir private Path folder;

  private final Random random = new Random(5);
  private final float[][] matrix = gaussian(ROWS);
  private final float[] ordinary = gaussian(1)[0];
  private OneProduct model;

  private float[][] gaussian(int rows) {
    float[][] numbers = new float[rows][WIDTH];
    for (float[] row : numbers) {
      for (int i = 0; i < WIDTH; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return numbers;
  }

  @BeforeEach
  void write() throws Exception {
    model = OneProduct.write(folder, matrix, CodeType.UINT8, true);
  }

  @Test
  void anOutlierLeavesItsNeighbourItsSteps() throws Exception {
    float[] outlier = gaussian(1)[0];
    outlier[7] = 2000;

    float[][] products = model.of(ordinary, outlier);

    double[] wanted = product(ordinary);
    double error = ImportedModelTest.distance(wanted, products[0]);
    assertTrue(error < TOLERANCE, "relative error " + error);
    double ofIt = ImportedModelTest.distance(product(outlier), products[1]);
    assertTrue(ofIt < TOLERANCE, "relative error of the outlier " + ofIt);
  }

  @Test
  void aRowOfZerosStaysAndSpoilsNothing() throws Exception {
    float[][] products = model.of(ordinary, new float[WIDTH]);

    double error = ImportedModelTest.distance(product(ordinary), products[0]);
    assertTrue(error < TOLERANCE, "relative error " + error);
    assertArrayEquals(new float[ROWS], products[1], 1e-6f);
  }

  private double[] product(float[] row) {
    return List.of(matrix).stream().mapToDouble(weights -> dot(weights, row)).toArray();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
