package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BenchPipelineCommandTest {

  @Test
  void quantilesAreOfTheNearestRank() {
    double[] values = new double[100];
    for (int i = 0; i < 100; i++) {
      values[i] = 100 - i;
    }
    assertEquals(50, BenchPipelineCommand.quantile(values, .5));
    assertEquals(99, BenchPipelineCommand.quantile(values, .99));
    assertEquals(7, BenchPipelineCommand.quantile(new double[] {7}, .99));
  }
}
