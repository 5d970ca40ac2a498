package dev.heed.inference.importing;

import java.util.LinkedHashMap;
import java.util.Map;

/** The card of an imported model: where it comes from and how it was made. */
final class ModelCard {

  private final GgufMetadata meta;
  private final LlamaShape shape;
  private final ModelSource source;
  private final Recipe recipe;
  private final boolean tied;

  ModelCard(GgufMetadata meta, LlamaShape shape, ModelSource source, Recipe recipe, boolean tied) {
    this.meta = meta;
    this.shape = shape;
    this.source = source;
    this.recipe = recipe;
    this.tied = tied;
  }

  /** card.json. */
  Map<String, Object> json(int positions) throws GgufException {
    Map<String, Object> card = new LinkedHashMap<>();
    card.put("name", text("general.name", source.name()));
    card.put("source_file", source.name());
    card.put("source_sha256", source.sha256());
    card.put("license", text("general.license", "not stated in the source"));
    card.put("architecture", "llama");
    card.put("recipe", recipe.describe());
    card.put("codes", recipe.half() ? "float16" : recipe.codes().label());
    card.put("layers", shape.layers());
    card.put("hidden_size", shape.hidden());
    card.put("vocabulary", shape.vocabulary());
    card.put("context_trained", shape.context());
    card.put("context_imported", positions);
    card.put("head_tied_to_embedding", tied);
    return card;
  }

  /** README.md. */
  String markdown(int positions) throws GgufException {
    return """
    # %s

    Imported by Heed from `%s` (SHA-256 `%s`).

    - License: %s
    - Llama architecture: %d layers, width %d, %d heads (%d for keys and values) of %d, %d tokens
    - Context: %d positions (trained for %d)
    - Weights: %s
    - The head %s
    - Made for %s execution provider of ONNX Runtime
    """
        .formatted(
            text("general.name", source.name()),
            source.name(),
            source.sha256(),
            text("general.license", "not stated in the source"),
            shape.layers(),
            shape.hidden(),
            shape.heads(),
            shape.keyValueHeads(),
            shape.headSize(),
            shape.vocabulary(),
            positions,
            shape.context(),
            recipe.describe(),
            tied && !recipe.half() && !recipe.isDynamic(Recipe.Layer.HEAD)
                ? "shares the embedding's bytes"
                : "has weights of its own",
            recipe.half() ? "the CUDA" : "the CPU");
  }

  private String text(String key, String otherwise) throws GgufException {
    String text = meta.text(key).orElse(otherwise).replaceAll("\\p{Cntrl}", " ");
    return text.length() <= 200 ? text : text.substring(0, 200);
  }
}
