package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.runtime.DecoderSession;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose activations were measured: smoothed layers and an 8-bit cache. */
class MeasuredModelTest {

  private static final int[] PROMPT = {0, 17, 101, 5, 200, 44, 90, 31, 8};
  private static final int NEXT = 77;

  /** As ImportedModelTest's: what 8 bits cost at most in a small model of Gaussian noise. */
  private static final double TOLERANCE = 0.06;

  private static final double HALF_TOLERANCE = 0.005;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "o,gate,up,down UINT8 false",
        "o,gate,up UINT8 true",
        "qkv,o,gate,up,down,head UINT8 true",
        "qkv,o,gate,up,down,head PAIRED true"
      })
  void agreesWithThePlainForwardPass(String layers, CodeType codes, boolean bytes)
      throws Exception {
    // Given
    SyntheticLlama model = new SyntheticLlama(TensorType.F32, true, 64, 1, false);
    GgufBytes gguf = model.gguf();
    Recipe recipe = Recipe.parse(layers).with(codes, bytes);

    // A step of a pair is up to half as wide again.
    double tolerance = codes == CodeType.PAIRED ? 1.5 * TOLERANCE : TOLERANCE;

    // When
    float[][] logits = run(importModel(gguf, recipe));

    // Then
    LlamaReference reference = new LlamaReference(model, gguf);
    int[] longer = Arrays.copyOf(PROMPT, PROMPT.length + 1);
    longer[PROMPT.length] = NEXT;
    double first = ImportedModelTest.distance(reference.logits(PROMPT), logits[0]);
    double second = ImportedModelTest.distance(reference.logits(longer), logits[1]);
    assertTrue(first < tolerance, "relative error of the prompt " + first);
    assertTrue(second < tolerance, "relative error of the next token " + second);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sixteenBitFloatsAgreeCloselyWithThePlainForwardPass(boolean tied) throws Exception {
    // Given
    SyntheticLlama model = new SyntheticLlama(TensorType.F32, tied, 64, 1, false);
    GgufBytes gguf = model.gguf();

    // When
    float[][] logits = run(importModel(gguf, Recipe.HALF));

    // Then
    LlamaReference reference = new LlamaReference(model, gguf);
    int[] longer = Arrays.copyOf(PROMPT, PROMPT.length + 1);
    longer[PROMPT.length] = NEXT;
    double first = ImportedModelTest.distance(reference.logits(PROMPT), logits[0]);
    double second = ImportedModelTest.distance(reference.logits(longer), logits[1]);
    assertTrue(first < HALF_TOLERANCE, "relative error of the prompt " + first);
    assertTrue(second < HALF_TOLERANCE, "relative error of the next token " + second);
  }

  @Test
  void theSameSourceGivesTheSameBytes() throws Exception {
    // Given
    GgufBytes gguf = SyntheticLlama.of(TensorType.Q4_1).gguf();
    Recipe recipe = Recipe.parse("o,gate,up,down").with(CodeType.UINT8, true);

    // When
    Path one = importModel(gguf, recipe);
    Path other = importModel(gguf, recipe);

    // Then
    assertEquals(-1, Files.mismatch(one.resolve("model.onnx"), other.resolve("model.onnx")));
    assertEquals(
        -1, Files.mismatch(one.resolve(WeightsFile.NAME), other.resolve(WeightsFile.NAME)));
  }

  private Path importModel(GgufBytes gguf, Recipe recipe) throws Exception {
    Path work = Files.createTempDirectory(folder, "import");
    Path source = Files.write(work.resolve("model.gguf"), gguf.build());
    Path target = work.resolve("model");
    new ModelImporter(line -> {})
        .run(source, target, new ModelImporter.Options(4096, false, 1 << 20, recipe));
    return target;
  }

  /** Logits after the prompt, and after one more token in a decode step. */
  private static float[][] run(Path model) throws Exception {
    var task = new FutureTask<>(() -> decode(model));
    Thread.ofPlatform().stackSize(DecoderSession.STACK_BYTES).start(task);
    return task.get();
  }

  private static float[][] decode(Path model) {
    var config = dev.heed.inference.runtime.GenaiConfig.read(model);
    float[][] logits = new float[2][config.vocabulary()];
    try (DecoderSession session = DecoderSession.open(model, config, 1, 64, 1, false)) {
      MemorySegment first = session.prefill(0, 0, PROMPT, 0, PROMPT.length);
      session.read(first, 0, logits[0]);
      MemorySegment second = session.decode(new int[] {NEXT}, new int[] {PROMPT.length}, 1);
      session.read(second, 0, logits[1]);
    }
    return logits;
  }
}
