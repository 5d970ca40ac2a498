package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(ints = {COUNT, COUNT - 1})
  void twoProductsOfPairedCodesFitIntoSixteenBits(int count) {
    // Given: a row whose neighbours have too little room, on either side of zero
    float[] row = row();
    for (int i = 0; i + 1 < count; i += 2) {
      row[i] -= 2;
      row[i + 1] = row[i] * (i % 3);
    }
    byte[] codes = new byte[count];
    // When
    ChannelCodes.encode(row, count, CodeType.PAIRED, codes, 0);
    // Then
    int most = 0;
    for (int i = 0; i < count; i += 2) {
      int second = i + 1 < count ? codes[i + 1] : 0;
      int above = LARGEST_ACTIVATION * (Math.max(0, codes[i]) + Math.max(0, second));
      int below = LARGEST_ACTIVATION * (Math.min(0, codes[i]) + Math.min(0, second));
      assertTrue(above <= Short.MAX_VALUE && below >= Short.MIN_VALUE, above + " " + below);
      most = Math.max(most, above);
    }
    assertEquals(LARGEST_ACTIVATION * CodeType.PAIR, most, "the room is used");
  }

  @Test
  void neighboursWithoutRoomGiveWayByTheSame() {
    PairedGrid grid = new PairedGrid(1);
    float[] row = {100, 60, -90, -70, 120, -120, 127, 1.2f};
    byte[] codes = new byte[row.length];
    for (int i = 0; i < row.length; i++) {
      codes[i] = grid.code(row, i, codes, 0);
    }
    assertArrayEquals(new byte[] {84, 44, -74, -54, 120, -120, 127, 1}, codes);
  }

  /** Half of what seven bits for each code would take: the room that most pairs leave is used. */
  @Test
  void pairsAreRoundedFinerThanSevenBitsWould() {
    Random random = new Random(3);
    double paired = 0;
    double seven = 0;
    for (int r = 0; r < 50; r++) {
      float[] row = new float[COUNT];
      float largest = 0;
      for (int i = 0; i < COUNT; i++) {
        row[i] = (float) random.nextGaussian();
        largest = Math.max(largest, Math.abs(row[i]));
      }
      byte[] codes = new byte[COUNT];
      var range = ChannelCodes.encode(row, COUNT, CodeType.PAIRED, codes, 0);
      for (int i = 0; i < COUNT; i++) {
        paired += Math.pow(row[i] - codes[i] * range.scale(), 2);
        seven += Math.pow(largest / 63, 2) / 12;
      }
    }
    assertTrue(paired < 0.6 * seven, paired + " of " + seven);
  }
}
