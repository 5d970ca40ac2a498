package dev.heed.inference.importing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The documents genai_config.json and tokenizer_config.json of an imported model. */
final class GenaiConfig {

  private static final String TEMPLATE = "tokenizer.chat_template";

  private final GgufMetadata meta;
  private final LlamaShape shape;
  private final Vocabulary vocabulary;

  GenaiConfig(GgufMetadata meta, LlamaShape shape, Vocabulary vocabulary) {
    this.meta = meta;
    this.shape = shape;
    this.vocabulary = vocabulary;
  }

  /**
   * genai_config.json.
   *
   * @param positions the longest sequence of the model as imported
   */
  Map<String, Object> model(int positions) throws GgufException {
    int eos = endOfSequence();
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "llama");
    model.put("bos_token_id", vocabulary.special(meta, "bos").orElse(eos));
    OptionalInt turn = vocabulary.special(meta, "eot");
    boolean two = turn.isPresent() && turn.getAsInt() != eos;
    model.put("eos_token_id", two ? List.of(eos, turn.getAsInt()) : eos);
    model.put("pad_token_id", vocabulary.special(meta, "padding").orElse(eos));
    model.put("vocab_size", shape.vocabulary());
    model.put("context_length", positions);
    model.put("decoder", decoder());
    Map<String, Object> search = new LinkedHashMap<>();
    search.put("do_sample", true);
    search.put("temperature", 0.7);
    search.put("top_p", 0.9);
    search.put("max_length", positions);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", model);
    document.put("search", search);
    return document;
  }

  /** tokenizer_config.json. */
  Map<String, Object> tokenizer() throws GgufException {
    Map<String, Object> document = new LinkedHashMap<>();
    meta.text(TEMPLATE).ifPresent(template -> document.put("chat_template", template));
    OptionalInt bos = vocabulary.special(meta, "bos");
    document.put("bos_token", bos.isPresent() ? vocabulary.tokens().get(bos.getAsInt()) : null);
    document.put("eos_token", vocabulary.tokens().get(endOfSequence()));
    OptionalInt unknown = vocabulary.special(meta, "unknown");
    if (unknown.isPresent()) {
      document.put("unk_token", vocabulary.tokens().get(unknown.getAsInt()));
    }
    document.put("model_max_length", shape.context());
    document.put("tokenizer_class", "PreTrainedTokenizerFast");
    return document;
  }

  private int endOfSequence() throws GgufException {
    return vocabulary
        .special(meta, "eos")
        .orElseThrow(() -> meta.missing("tokenizer.ggml.eos_token_id"));
  }

  private Map<String, Object> decoder() {
    Map<String, Object> decoder = new LinkedHashMap<>();
    decoder.put("filename", "model.onnx");
    decoder.put("head_size", shape.headSize());
    decoder.put("hidden_size", shape.hidden());
    decoder.put("num_attention_heads", shape.heads());
    decoder.put("num_key_value_heads", shape.keyValueHeads());
    decoder.put("num_hidden_layers", shape.layers());
    decoder.put(
        "inputs",
        Map.of(
            "input_ids", "input_ids",
            "attention_mask", "attention_mask",
            "past_key_names", "past_key_values.%d.key",
            "past_value_names", "past_key_values.%d.value"));
    decoder.put(
        "outputs",
        Map.of(
            "logits", "logits",
            "present_key_names", "present.%d.key",
            "present_value_names", "present.%d.value"));
    return decoder;
  }
}
