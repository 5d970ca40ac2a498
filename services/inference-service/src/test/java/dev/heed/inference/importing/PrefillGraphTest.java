package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.runtime.GenaiConfig;
import dev.heed.inference.runtime.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts by the graph that is made for them, beside the same prompts without it. */
class PrefillGraphTest {

  private static final String FILE = "model.prefill.onnx";
  private static final int[] PROMPT =
      IntStream.range(0, 60).map(i -> (i * 37 + 11) % 250).toArray();

  /** Where a prompt is cut; the third part is too short for the graph. */
  private static final int[] CUTS = {0, 20, 45, 48, 60};

  private static final int SLOT = 1;
  private static final int STEPS = 3;

  /** Attention reads what is new before it becomes bytes here, and after that there. */
  private static final double TOLERANCE = 0.05;

  @TempDir private Path folder;
  private Path source;

  @BeforeEach
  void model() throws IOException {
    SyntheticLlama model = new SyntheticLlama(TensorType.F32, true, 64, 1, false);
    source = Files.write(folder.resolve("model.gguf"), model.gguf().build());
  }

  @Test
  void aPromptInPartsIsReadAndKeptAsOnTheCacheItself() throws Exception {
    // Given
    Path with = importModel("with", "none", true);
    Path without = importModel("without", "none", true);
    Files.delete(without.resolve(FILE));

    // When
    float[][] quick = run(with, PROMPT);
    float[][] plain = run(without, PROMPT);
    int[] otherStart = PROMPT.clone();
    Arrays.fill(otherStart, 0, CUTS[1], 7);
    float[][] other = run(with, otherStart);

    // Then
    assertFalse(Arrays.equals(plain[0], quick[0]), "another graph has run");
    for (int i = 0; i < quick.length; i++) {
      double distance = distance(plain[i], quick[i]);
      assertTrue(distance < TOLERANCE, "part or step " + i + ": " + distance);
      assertTrue(distance(plain[i], other[i]) > 1, "the first part is read at " + i);
    }
  }

  @Test
  void aCacheOfFloatsNeedsNone() throws Exception {
    Path imported = importModel("floats", "qkv,o,gate,up", false);

    assertFalse(Files.exists(imported.resolve(FILE)));
  }

  @Test
  void aDamagedOneIsNamed() throws Exception {
    Path imported = importModel("damaged", "none", true);
    Files.write(imported.resolve(FILE), new byte[] {8, 10, 58, 120, 1});

    var refusal = assertThrows(ModelException.class, () -> run(imported, PROMPT));

    assertTrue(refusal.getMessage().contains(FILE), refusal.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../model.gguf", "nobody", "a\0b", ""})
  void weightsThatAreNotInTheFolderAreRefusedByTheGraphsName(String location) throws Exception {
    Path imported = importModel("elsewhere", "none", true);
    ModelProto.Builder graph =
        ModelProto.parseFrom(Files.readAllBytes(imported.resolve(FILE))).toBuilder();
    for (var tensor : graph.getGraphBuilder().getInitializerBuilderList()) {
      if (tensor.getExternalDataCount() > 0) {
        tensor.getExternalDataBuilder(0).setValue(location);
      }
    }
    Files.write(imported.resolve(FILE), graph.build().toByteArray());

    var refusal = assertThrows(ModelException.class, () -> run(imported, PROMPT));

    assertTrue(refusal.getMessage().contains(FILE), refusal.getMessage());
  }

  @Test
  void oneOfAnotherModelIsNamed() throws Exception {
    Path imported = importModel("mixed", "none", true);
    Path graph = imported.resolve("model.onnx");
    Files.copy(graph, imported.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);

    var refusal = assertThrows(ModelException.class, () -> run(imported, PROMPT));

    assertTrue(refusal.getMessage().contains(FILE), refusal.getMessage());
  }

  private Path importModel(String name, String layers, boolean bytes) throws Exception {
    Recipe recipe = Recipe.parse(layers).with(CodeType.UINT8, bytes);
    Path target = folder.resolve(name);
    new ModelImporter(line -> {})
        .run(source, target, new ModelImporter.Options(4096, false, 1 << 20, recipe));
    return target;
  }

  /** Logits after each part of the prompt, and after some steps. */
  private static float[][] run(Path model, int[] prompt) throws Exception {
    var task = new FutureTask<>(() -> decode(model, prompt));
    Thread.ofPlatform().stackSize(DecoderSession.STACK_BYTES).start(task);
    try {
      return task.get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof ModelException refusal ? refusal : e;
    }
  }

  private static float[][] decode(Path model, int[] prompt) {
    GenaiConfig config = GenaiConfig.read(model);
    float[][] logits = new float[CUTS.length - 1 + STEPS][config.vocabulary()];
    try (DecoderSession session = DecoderSession.open(model, config, 2, 64, 1, false)) {
      int row = 0;
      for (; row < CUTS.length - 1; row++) {
        int count = CUTS[row + 1] - CUTS[row];
        session.read(session.prefill(SLOT, CUTS[row], prompt, CUTS[row], count), 0, logits[row]);
      }
      for (int step = 0; step < STEPS; step++, row++) {
        int[] past = {0, prompt.length + step};
        session.read(session.decode(new int[] {3, 5 + step}, past, 2), SLOT, logits[row]);
      }
    }
    return logits;
  }

  private static double distance(float[] wanted, float[] got) {
    assertEquals(wanted.length, got.length);
    double[] doubles = IntStream.range(0, wanted.length).mapToDouble(i -> wanted[i]).toArray();
    return ImportedModelTest.distance(doubles, got);
  }
}
