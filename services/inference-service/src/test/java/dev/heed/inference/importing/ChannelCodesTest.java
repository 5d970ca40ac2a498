package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChannelCodesTest {

  private static final int COUNT = 576;
  private static final int LARGEST_ACTIVATION = 255;

  /** One row far to one side of zero, so that the zero point matters. */
  private static float[] row() {
    Random random = new Random(7);
    float[] row = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      row[i] = (float) (random.nextGaussian() + 2);
    }
    row[3] = 0;
    return row;
  }

  private static int read(byte code, CodeType type) {
    return type.signed() ? code : code & 0xFF;
  }

  @ParameterizedTest
  @EnumSource
  void aCodeIsWithinAStepOfItsValueAndZeroIsExact(CodeType type) {
    // Given
    float[] row = row();
    byte[] codes = new byte[COUNT];
    // When
    ChannelCodes.Range range = ChannelCodes.encode(row, COUNT, type, codes, 0);
    // Then
    int zero = read(range.zero(), type);
    for (int i = 0; i < COUNT; i++) {
      float value = (read(codes[i], type) - zero) * range.scale();
      // Half a step for the value, half for the zero point.
      assertEquals(row[i], value, range.scale() * 1.001, "value " + i);
    }
    assertEquals(zero, read(codes[3], type));
  }

  @Test
  void twoProductsOfSevenBitCodesFitIntoSixteenBits() {
    // Given: both ends of the range are used
    float[] row = row();
    row[0] = -64;
    row[1] = 63;
    byte[] codes = new byte[COUNT];
    // When
    ChannelCodes.encode(row, COUNT, CodeType.INT7, codes, 0);
    // Then
    int most = 0;
    for (byte code : codes) {
      most = Math.max(most, 2 * LARGEST_ACTIVATION * Math.abs(code));
    }
    assertEquals(-64, codes[0]);
    assertEquals(63, codes[1]);
    assertTrue(most <= Short.MAX_VALUE, "sum " + most);
  }
}
