package dev.heed.inference.importing;

import dev.heed.inference.AdapterBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.SplittableRandom;

/** A small random model, imported with a graph for adapters, tokenizer and template with it. */
public final class AdaptableModel {

  private AdaptableModel() {}

  /** Imports it into a folder below this one. */
  public static Path importInto(Path work) throws IOException {
    SyntheticLlama model = new SyntheticLlama(TensorType.F32, true, 64, 1, false);
    Path source = Files.write(work.resolve("model.gguf"), model.gguf().build());
    Path target = work.resolve("synthetic");
    var recipe = Recipe.parse("none").with(CodeType.UINT8, true);
    var options =
        new ModelImporter.Options(4096, false, 1 << 20, recipe, EnumSet.allOf(Projection.class));
    new ModelImporter(line -> {}).run(source, target, options);
    return target;
  }

  /** An adapter for it that changes what it says. */
  public static byte[] adapter(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    AdapterBytes bytes = new AdapterBytes();
    for (int layer = 0; layer < SyntheticLlama.LAYERS; layer++) {
      String name = Projection.DOWN.parameter(layer);
      int in = SyntheticLlama.FEED_FORWARD;
      int out = SyntheticLlama.HIDDEN;
      bytes.matrix(name + ".lora_A.weight", in, 2, numbers(random, 2 * in));
      bytes.matrix(name + ".lora_B.weight", 2, out, numbers(random, 2 * out));
    }
    return bytes.build();
  }

  private static float[] numbers(SplittableRandom random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (random.nextDouble() - 0.5);
    }
    return numbers;
  }
}
