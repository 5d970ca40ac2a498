package dev.heed.inference.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.heed.inference.AdapterBytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Adapter files as ONNX Runtime writes them, and damaged ones. */
class AdapterFileTest {

  private static byte[] small() throws IOException {
    try (InputStream in =
        AdapterFileTest.class.getResourceAsStream("/adapters/small.onnx_adapter")) {
      return in.readAllBytes();
    }
  }

  @Test
  void whatOnnxRuntimeWroteIsRead() throws IOException {
    Map<String, AdapterFile.Matrix> matrices =
        AdapterFile.parse(small()).matrices().stream()
            .collect(Collectors.toMap(AdapterFile.Matrix::name, Function.identity()));

    AdapterFile.Matrix a = matrices.get("p.lora_A.weight");
    AdapterFile.Matrix b = matrices.get("p.lora_B.weight");
    assertEquals(2, matrices.size());
    assertEquals(4, a.rows());
    assertEquals(2, a.columns());
    assertEquals(7f, a.data().asFloatBuffer().get(7));
    assertEquals(2, b.rows());
    assertEquals(3, b.columns());
    assertEquals(1.25f, b.data().asFloatBuffer().get(5));
  }

  @Test
  void whatEndsEarlyIsRefused() throws IOException {
    byte[] whole = small();

    for (int length = 0; length < whole.length; length++) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      // The last bytes may be padding that nobody reads.
      if (length < whole.length - 8) {
        assertThrows(ModelException.class, () -> AdapterFile.parse(part), "length " + length);
      }
    }
  }

  @Test
  void noDamageDoesMoreThanARefusal() throws IOException {
    byte[] whole = small();
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;

    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = whole.clone();
      for (int n = 0; n <= i % 3; n++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        AdapterFile.parse(damaged);
      } catch (ModelException e) {
        refused++;
      }
    }

    assertEquals(true, refused > 5_000, "refused " + refused);
  }

  @Test
  void aShapeThatIsNotItsBytesIsRefused() {
    byte[] bytes = new AdapterBytes().matrix("x", 2, 3, new float[5]).build();

    assertThrows(ModelException.class, () -> AdapterFile.parse(bytes));
  }

  @Test
  void aNameThatComesTwiceIsRefused() {
    byte[] bytes =
        new AdapterBytes().matrix("x", 1, 1, new float[1]).matrix("x", 1, 1, new float[1]).build();

    assertThrows(ModelException.class, () -> AdapterFile.parse(bytes));
  }
}
