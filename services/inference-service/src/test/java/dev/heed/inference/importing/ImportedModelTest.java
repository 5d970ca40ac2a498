package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small random models of every encoding and variant, imported, run by ONNX Runtime and compared
 * with a forward pass in plain Java.
 */
class ImportedModelTest {

  private static final int[] PROMPT = {0, 17, 101, 5, 200, 44, 90, 31, 8};
  private static final int NEXT = 77;

  /** What 8-bit weights and activations cost at most in this small model of Gaussian noise. */
  private static final double TOLERANCE = 0.06;

  @TempDir private Path folder;

  static Stream<SyntheticLlama> models() {
    return Stream.concat(
        Stream.of(TensorType.values()).map(SyntheticLlama::of),
        Stream.of(
            new SyntheticLlama(TensorType.F32, false, 64, 1, false),
            new SyntheticLlama(TensorType.Q8_0, true, 128, 1, false),
            new SyntheticLlama(TensorType.F16, true, 64, 1, true),
            new SyntheticLlama(TensorType.Q4_1, false, 32, 4, false)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void agreesWithThePlainForwardPass(SyntheticLlama model) throws Exception {
    // Given
    GgufBytes gguf = model.gguf();
    Path imported = importModel(gguf);
    LlamaReference reference = new LlamaReference(model, gguf);

    // When
    float[][] logits = OnnxDecoder.run(imported, PROMPT, new int[] {NEXT});

    // Then
    int[] longer = Arrays.copyOf(PROMPT, PROMPT.length + 1);
    longer[PROMPT.length] = NEXT;
    double first = distance(reference.logits(PROMPT), logits[0]);
    double second = distance(reference.logits(longer), logits[1]);
    assertTrue(first < TOLERANCE, "relative error of the prompt " + first);
    assertTrue(second < TOLERANCE, "relative error of the next token " + second);
    double unrotated = distance(still(model, gguf).logits(PROMPT), logits[0]);
    assertTrue(unrotated > 1.5 * first, "the position must matter: " + unrotated + ", " + first);
  }

  /** The same weights with positions scaled down to nothing. */
  private static LlamaReference still(SyntheticLlama model, GgufBytes gguf) {
    return new LlamaReference(
        new SyntheticLlama(model.type(), model.tied(), model.headSize(), 1e9f, false), gguf);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "o,gate,up", "qkv"})
  void layersInBlocksAgreeAsWell(String dynamic) throws Exception {
    // Given
    SyntheticLlama model = new SyntheticLlama(TensorType.F32, true, 64, 1, false);
    GgufBytes gguf = model.gguf();
    Path imported = importModel(gguf, Recipe.parse(dynamic));

    // When
    float[] logits = OnnxDecoder.run(imported, PROMPT)[0];

    // Then
    double error = distance(new LlamaReference(model, gguf).logits(PROMPT), logits);
    assertTrue(error < TOLERANCE, "relative error " + error);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, 3e38f})
  void aWeightThatIsNoNumberIsRefused(float weight) {
    // Given
    String name = "blk.1.ffn_gate.weight";
    GgufBytes gguf = SyntheticLlama.of(TensorType.F32).gguf();
    byte[] data = gguf.data(name);
    int row = 3 * SyntheticLlama.HIDDEN * Float.BYTES;
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putFloat(row + 20, weight);
    gguf.tensor(name, TensorType.F32, data, SyntheticLlama.HIDDEN, SyntheticLlama.FEED_FORWARD);

    // When
    GgufException refusal = assertThrows(GgufException.class, () -> importModel(gguf));

    // Then
    assertEquals(name, refusal.field());
    assertEquals(gguf.at("data:" + name) + row, refusal.offset());
    assertTrue(refusal.getMessage().endsWith("value 5 of row 3 is " + weight));
  }

  @Test
  void aFrequencyFactorOfNothingIsRefused() {
    // Given
    String name = "rope_freqs.weight";
    GgufBytes gguf = SyntheticLlama.of(TensorType.F32).gguf();
    gguf.tensor(name, TensorType.F32, new byte[32 * Float.BYTES], 32);

    // When
    GgufException refusal = assertThrows(GgufException.class, () -> importModel(gguf));

    // Then
    assertEquals(name, refusal.field());
    assertEquals(gguf.at("data:" + name), refusal.offset());
  }

  @Test
  void aTiedHeadTakesNoBytesOfItsOwn() throws Exception {
    // Given
    SyntheticLlama tied = new SyntheticLlama(TensorType.Q8_0, true, 64, 1, false);
    SyntheticLlama untied = new SyntheticLlama(TensorType.Q8_0, false, 64, 1, false);

    // When
    long shared = weightsOf(importModel(tied.gguf()));
    long separate = weightsOf(importModel(untied.gguf()));

    // Then
    long head = (long) SyntheticLlama.TOKENS.size() * SyntheticLlama.HIDDEN;
    assertTrue(separate - shared >= head, shared + " against " + separate);
  }

  @Test
  void theSameSourceGivesTheSameBytes() throws Exception {
    // Given
    GgufBytes gguf = SyntheticLlama.of(TensorType.Q4_K).gguf();

    // When
    Path one = importModel(gguf);
    Path other = importModel(gguf);

    // Then
    assertEquals(-1, Files.mismatch(one.resolve("model.onnx"), other.resolve("model.onnx")));
    assertEquals(
        -1, Files.mismatch(one.resolve(WeightsFile.NAME), other.resolve(WeightsFile.NAME)));
  }

  private Path importModel(GgufBytes gguf) throws Exception {
    return importModel(gguf, Recipe.parse("qkv,o,gate,up"));
  }

  private Path importModel(GgufBytes gguf, Recipe recipe) throws Exception {
    Path work = Files.createTempDirectory(folder, "import");
    Path source = Files.write(work.resolve("model.gguf"), gguf.build());
    Path target = work.resolve("model");
    new ModelImporter(line -> {})
        .run(source, target, new ModelImporter.Options(4096, false, 1 << 20, recipe));
    return target;
  }

  private static long weightsOf(Path model) throws Exception {
    return Files.size(model.resolve(WeightsFile.NAME));
  }

  /** The distance of the two, as a part of the reference's length. */
  static double distance(double[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    double distance = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      distance += (expected[i] - actual[i]) * (expected[i] - actual[i]);
      size += expected[i] * expected[i];
    }
    return Math.sqrt(distance / size);
  }
}
