package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The decoder against the gguf package's results (resources/gguf-vectors/make.py), bit by bit. */
class DequantizerTest {

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void givesTheBitsOfTheGgufPackage(TensorType type) throws IOException {
    // Given
    byte[] blocks = resource(type + ".blocks");
    int[] expected = ints(resource(type + ".floats"));
    float[] decoded = new float[expected.length];
    assertTrue(expected.length >= 4 * type.blockValues());

    // When
    Dequantizer.decode(type, MemorySegment.ofArray(blocks), 0, decoded, expected.length);

    // Then
    int[] bits = new int[decoded.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(decoded[i]);
    }
    assertArrayEquals(expected, bits);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = DequantizerTest.class.getResourceAsStream("/gguf-vectors/" + name)) {
      return in.readAllBytes();
    }
  }

  private static int[] ints(byte[] bytes) {
    int[] values = new int[bytes.length / Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
    return values;
  }
}
