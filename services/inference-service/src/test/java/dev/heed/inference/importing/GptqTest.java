package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounding that knows the inputs. */
class GptqTest {

  private static final int WIDTH = 96;
  private static final int SAMPLES = 400;

  private final Random random = new Random(9);

  @ParameterizedTest
  @CsvSource({"576, 576", "1536, 512", "11008, 344", "32, 32"})
  void dividesAWidthIntoEqualBlocks(int width, int block) {
    assertEquals(block, Gptq.block(width));
  }

  @Test
  void inputsThatGoTogetherMakeGoodWhatRoundingDoes() {
    // Given
    float[][] inputs = inputs();
    Gptq gptq = Gptq.of(WIDTH, _ -> gram(inputs));
    double nearest = 0;
    double informed = 0;

    // When
    for (int i = 0; i < 20; i++) {
      float[] row = gaussian(WIDTH);
      byte[] codes = new byte[WIDTH];
      var plain = ChannelCodes.encode(row, WIDTH, CodeType.PAIRED, codes, 0);
      nearest += error(inputs, row, codes, plain);
      var range = gptq.encode(row.clone(), CodeType.PAIRED, codes, 0);
      assertEquals(plain, range, "the grid is the same");
      informed += error(inputs, row, codes, range);
    }

    // Then
    assertTrue(informed < nearest / 3, informed + " is not much less than " + nearest);
  }

  @Test
  void inputsThatHaveNothingToDoWithEachOtherGiveTheNearest() {
    float[] identity = new float[WIDTH * WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      identity[i * WIDTH + i] = 5;
    }
    float[] row = gaussian(WIDTH);
    byte[] wanted = new byte[WIDTH];
    byte[] codes = new byte[WIDTH];
    ChannelCodes.encode(row, WIDTH, CodeType.UINT8, wanted, 0);

    Gptq.of(WIDTH, _ -> identity).encode(row, CodeType.UINT8, codes, 0);

    assertArrayEquals(wanted, codes);
  }

  @Test
  void aChannelThatIsNeverUsedAndInputsOfZerosDoNoHarm() {
    float[][] inputs = inputs();
    for (float[] input : inputs) {
      input[5] = 0;
    }
    float[] row = gaussian(WIDTH);
    byte[] codes = new byte[WIDTH];

    var range = Gptq.of(WIDTH, _ -> gram(inputs)).encode(row.clone(), CodeType.UINT8, codes, 0);
    assertEquals(row[5], value(codes[5], range), range.scale());

    range = Gptq.of(WIDTH, _ -> new float[WIDTH * WIDTH]).encode(row, CodeType.UINT8, codes, 0);
    assertEquals(row[7], value(codes[7], range), range.scale());
  }

  private static float value(byte code, ChannelCodes.Range range) {
    return (Byte.toUnsignedInt(code) - Byte.toUnsignedInt(range.zero())) * range.scale();
  }

  /** Few directions, and some noise. */
  private float[][] inputs() {
    float[][] directions = {gaussian(WIDTH), gaussian(WIDTH), gaussian(WIDTH)};
    float[][] inputs = new float[SAMPLES][];
    for (int s = 0; s < SAMPLES; s++) {
      inputs[s] = gaussian(WIDTH);
      float[] times = gaussian(directions.length);
      for (int i = 0; i < WIDTH; i++) {
        inputs[s][i] *= 0.1f;
        for (int d = 0; d < directions.length; d++) {
          inputs[s][i] += times[d] * directions[d][i];
        }
      }
    }
    return inputs;
  }

  private float[] gaussian(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static float[] gram(float[][] inputs) {
    float[] gram = new float[WIDTH * WIDTH];
    for (float[] input : inputs) {
      for (int i = 0; i < WIDTH; i++) {
        for (int j = 0; j < WIDTH; j++) {
          gram[i * WIDTH + j] += input[i] * input[j];
        }
      }
    }
    return gram;
  }

  /** Mean square of what the rounded row's product is off. */
  private static double error(
      float[][] inputs, float[] row, byte[] codes, ChannelCodes.Range range) {
    double squares = 0;
    for (float[] input : inputs) {
      double off = 0;
      for (int i = 0; i < WIDTH; i++) {
        off += input[i] * (row[i] - (codes[i] - range.zero()) * range.scale());
      }
      squares += off * off;
    }
    return squares / inputs.length;
  }
}
