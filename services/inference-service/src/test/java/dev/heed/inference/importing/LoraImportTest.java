package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.AdapterBytes;
import dev.heed.inference.runtime.AdapterFile;
import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.runtime.ModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs for adapters, compared with a plain forward pass over weights that hold the adapter. */
class LoraImportTest {

  private static final int[] PROMPT = {0, 17, 101, 5, 200, 44, 90, 31, 8, 150, 66, 12};
  private static final double TOLERANCE = 0.06;
  private static final int RANK = 4;

  private static final Map<Projection, String> TENSORS =
      Map.of(
          Projection.Q, "attn_q",
          Projection.K, "attn_k",
          Projection.V, "attn_v",
          Projection.O, "attn_output",
          Projection.GATE, "ffn_gate",
          Projection.UP, "ffn_up",
          Projection.DOWN, "ffn_down");

  @TempDir private Path folder;

  private final SyntheticLlama model = new SyntheticLlama(TensorType.F32, true, 64, 1, false);
  private final SplittableRandom random = new SplittableRandom(11);

  @ParameterizedTest
  @ValueSource(strings = {"none", "o,gate,up,down", "qkv,o,gate,up,down,head"})
  void anAdapterIsWhatItsProductAddsToTheWeights(String dynamic) throws Exception {
    // Given
    Recipe recipe = Recipe.parse(dynamic).with(CodeType.UINT8, !dynamic.equals("none"));
    Path imported = importModel(recipe, EnumSet.allOf(Projection.class));
    GgufBytes merged = model.gguf();
    AdapterBytes adapter = new AdapterBytes();
    for (int layer = 0; layer < SyntheticLlama.LAYERS; layer++) {
      for (Projection projection : Projection.values()) {
        add(projection, layer, adapter, merged);
      }
    }

    // When
    float[][] logits = run(imported, AdapterFile.parse(adapter.build()));

    // Then
    double[] wanted = new LlamaReference(model, merged).logits(PROMPT);
    double[] before = new LlamaReference(model, model.gguf()).logits(PROMPT);
    double error = ImportedModelTest.distance(wanted, logits[0]);
    assertTrue(error < TOLERANCE, "relative error " + error);
    double base = ImportedModelTest.distance(before, logits[0]);
    assertTrue(base > 5 * error, "the adapter must matter: " + base + ", " + error);
    assertArrayEquals(logits[1], logits[2], "without it, the base is what it was");
  }

  /** In the model's own basis and in a turned one. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "o,gate,up,down", "qkv,o,gate,up,down,head"})
  void aDirectorAddsItsLogOddsToItsTokens(String dynamic) throws Exception {
    // Given
    Recipe recipe = Recipe.parse(dynamic).with(CodeType.UINT8, !dynamic.equals("none"));
    Path imported = importModel(recipe, EnumSet.allOf(Projection.class));
    int[] tokens = random.ints(0, 256).distinct().limit(60).toArray();
    float[] weight = numbers(SyntheticLlama.HIDDEN * tokens.length, 0.5);
    float[] bias = numbers(tokens.length, 2);
    float[] shared = numbers(SyntheticLlama.HIDDEN, 0.5);
    float strength = 1.5f;

    // When
    float[][] logits =
        run(imported, AdapterFile.parse(director(tokens, weight, bias, shared, strength)));

    // Then
    double[] last = new LlamaReference(model, model.gguf()).last(PROMPT);
    double common = dot(last, shared, 0, 1);
    double[] wanted = new double[tokens.length];
    float[] gains = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      double own = dot(last, weight, i, tokens.length) + bias[i];
      wanted[i] = strength * (logistic(own) - logistic(common));
      gains[i] = logits[0][tokens[i]] - logits[2][tokens[i]];
      logits[0][tokens[i]] = logits[2][tokens[i]];
    }
    double error = ImportedModelTest.distance(wanted, gains);
    assertTrue(error < 2 * TOLERANCE, "relative error " + error);
    assertArrayEquals(logits[2], logits[0], "all others are the base's");
  }

  @Test
  void aDirectorOfTokensThatDoNotExistIsRefused() throws Exception {
    Path imported = importModel(Recipe.parse("none"), EnumSet.allOf(Projection.class));
    float[] column = new float[SyntheticLlama.HIDDEN];
    var file = AdapterFile.parse(director(new int[] {1 << 20}, column, new float[1], column, 1));

    var refused =
        assertThrows(java.util.concurrent.ExecutionException.class, () -> run(imported, file));

    assertInstanceOf(ModelException.class, refused.getCause());
  }

  private static byte[] director(
      int[] tokens, float[] weight, float[] bias, float[] shared, float strength) {
    float[] ids = new float[tokens.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens[i];
    }
    return new AdapterBytes()
        .matrix(DirectorHead.TOKENS, 1, ids.length, ids)
        .matrix(DirectorHead.WEIGHT, SyntheticLlama.HIDDEN, ids.length, weight)
        .matrix(DirectorHead.BIAS, 1, ids.length, bias)
        .matrix(DirectorHead.SHARED, SyntheticLlama.HIDDEN, 1, shared)
        .matrix(DirectorHead.STRENGTH, 1, 1, new float[] {strength})
        .build();
  }

  private static double dot(double[] state, float[] columns, int column, int width) {
    double sum = 0;
    for (int i = 0; i < state.length; i++) {
      sum += state[i] * columns[i * width + column];
    }
    return sum;
  }

  /** log of the logistic function. */
  private static double logistic(double score) {
    return -Math.log1p(Math.exp(-score));
  }

  @Test
  void whatIsNotWantedIsNotOpened() throws Exception {
    Path imported = importModel(Recipe.parse("none"), Set.of());

    assertFalse(Files.exists(imported.resolve("model.lora.onnx")));
  }

  /** Adds random matrices to the adapter, and their product to the weights. */
  private void add(Projection projection, int layer, AdapterBytes adapter, GgufBytes merged) {
    String name = "blk." + layer + "." + TENSORS.get(projection) + ".weight";
    ByteBuffer data = ByteBuffer.wrap(merged.data(name)).order(ByteOrder.LITTLE_ENDIAN);
    int in = projection == Projection.DOWN ? SyntheticLlama.FEED_FORWARD : SyntheticLlama.HIDDEN;
    int out = data.capacity() / Float.BYTES / in;
    float[] a = numbers(in * RANK, 0.12);
    float[] b = numbers(RANK * out, 0.12);
    String parameter = projection.parameter(layer);
    adapter.matrix(parameter + ".lora_A.weight", in, RANK, a);
    adapter.matrix(parameter + ".lora_B.weight", RANK, out, b);
    boolean rotated = projection == Projection.Q || projection == Projection.K;
    for (int o = 0; o < out; o++) {
      int row = rotated ? inFile(o) : o;
      for (int i = 0; i < in; i++) {
        int at = Float.BYTES * (row * in + i);
        float delta = 0;
        for (int r = 0; r < RANK; r++) {
          delta += a[i * RANK + r] * b[r * out + o];
        }
        data.putFloat(at, data.getFloat(at) + delta);
      }
    }
    merged.tensor(name, TensorType.F32, data.array(), in, out);
  }

  /** Where a row of the reference order lies among GGUF's interleaved pairs. */
  private int inFile(int row) {
    int half = model.headSize() / 2;
    int within = row % model.headSize();
    return row - within + within % half * 2 + within / half;
  }

  private float[] numbers(int count, double size) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) ((random.nextDouble() * 2 - 1) * size);
    }
    return numbers;
  }

  private Path importModel(Recipe recipe, Set<Projection> lora) throws Exception {
    Path source = Files.write(folder.resolve("model.gguf"), model.gguf().build());
    Path target = folder.resolve("model");
    new ModelImporter(line -> {})
        .run(source, target, new ModelImporter.Options(4096, false, 1 << 20, recipe, lora));
    return target;
  }

  /** Logits with the adapter, without it, and of the graph for adapters with one of zeros. */
  private static float[][] run(Path imported, AdapterFile adapter) throws Exception {
    var task = new FutureTask<>(() -> decode(imported, adapter));
    Thread.ofPlatform().stackSize(DecoderSession.STACK_BYTES).start(task);
    return task.get();
  }

  private static float[][] decode(Path imported, AdapterFile file) {
    var config = dev.heed.inference.runtime.GenaiConfig.read(imported);
    String gate = Projection.GATE.parameter(0);
    int in = SyntheticLlama.HIDDEN;
    int out = SyntheticLlama.FEED_FORWARD;
    AdapterFile zeros =
        AdapterFile.parse(
            new AdapterBytes()
                .matrix(gate + ".lora_A.weight", in, 1, new float[in])
                .matrix(gate + ".lora_B.weight", 1, out, new float[out])
                .build());
    float[][] logits = new float[3][config.vocabulary()];
    try (DecoderSession session = DecoderSession.open(imported, config, 1, 64, 1, false)) {
      var adapter = Optional.of(session.adapter("a", file));
      var nothing = Optional.of(session.adapter("zeros", zeros));
      session.read(session.prefill(adapter, 0, 0, PROMPT, 0, PROMPT.length), 0, logits[0]);
      session.read(session.prefill(0, 0, PROMPT, 0, PROMPT.length), 0, logits[1]);
      session.read(session.prefill(nothing, 0, 0, PROMPT, 0, PROMPT.length), 0, logits[2]);
    }
    return logits;
  }
}
