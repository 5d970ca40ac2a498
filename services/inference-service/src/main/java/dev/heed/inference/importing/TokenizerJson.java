package dev.heed.inference.importing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Turns the tokenizer of a GGUF file into the form of Hugging Face's tokenizer.json. */
final class TokenizerJson {

  private static final String MODEL = "tokenizer.ggml.model";
  private static final String MERGES = "tokenizer.ggml.merges";

  /** What SentencePiece writes for a space. */
  private static final String SPACE = "\u2581";

  private final GgufMetadata meta;
  private final Vocabulary vocabulary;

  TokenizerJson(GgufMetadata meta, Vocabulary vocabulary) {
    this.meta = meta;
    this.vocabulary = vocabulary;
  }

  /** The whole document, to be written by a JSON library. */
  Map<String, Object> document() throws GgufException {
    String model = meta.text(MODEL).orElseThrow(() -> meta.missing(MODEL));
    return switch (model) {
      case "gpt2" -> byteLevel();
      case "llama" -> sentencePiece();
      default -> throw meta.wrong(MODEL, "this tokenizer is not supported; supported is: gpt2");
    };
  }

  private Map<String, Object> byteLevel() throws GgufException {
    PreTokenizer pre = PreTokenizer.of(meta);
    Map<String, Object> model = bpe(merges());
    model.put("ignore_merges", pre.ignoresMerges());
    Map<String, Object> document = common();
    document.put("normalizer", null);
    document.put("pre_tokenizer", pre.json());
    document.put("post_processor", postProcessor(pre == PreTokenizer.LLAMA3).orElse(null));
    document.put(
        "decoder",
        Map.of(
            "type",
            "ByteLevel",
            "add_prefix_space",
            true,
            "trim_offsets",
            true,
            "use_regex",
            true));
    document.put("model", model);
    return document;
  }

  /**
   * SentencePiece's BPE: pairs are joined in the order of the scores of what they make. As in
   * Hugging Face's conversion of Llama 2's tokenizer, the merges are made from the vocabulary.
   */
  private Map<String, Object> sentencePiece() throws GgufException {
    Map<String, Object> model = bpe(new SentencePieceMerges(meta, vocabulary).merges());
    OptionalInt unknown = vocabulary.special(meta, "unknown");
    if (unknown.isPresent()) {
      model.put("unk_token", vocabulary.tokens().get(unknown.getAsInt()));
    }
    model.put("fuse_unk", true);
    model.put("byte_fallback", true);
    Map<String, Object> document = common();
    document.put("normalizer", sentencePieceNormalizer());
    document.put("pre_tokenizer", null);
    document.put("post_processor", postProcessor(true).orElse(null));
    document.put("decoder", sentencePieceDecoder());
    document.put("model", model);
    return document;
  }

  private boolean prefixesSpace() throws GgufException {
    return meta.flag("tokenizer.ggml.add_space_prefix").orElse(true);
  }

  private Map<String, Object> sentencePieceNormalizer() throws GgufException {
    List<Map<String, Object>> steps = new ArrayList<>();
    if (prefixesSpace()) {
      steps.add(Map.of("type", "Prepend", "prepend", SPACE));
    }
    steps.add(Map.of("type", "Replace", "pattern", Map.of("String", " "), "content", SPACE));
    return Map.of("type", "Sequence", "normalizers", steps);
  }

  private Map<String, Object> sentencePieceDecoder() throws GgufException {
    List<Map<String, Object>> steps = new ArrayList<>();
    steps.add(Map.of("type", "Replace", "pattern", Map.of("String", SPACE), "content", " "));
    steps.add(Map.of("type", "ByteFallback"));
    steps.add(Map.of("type", "Fuse"));
    if (prefixesSpace()) {
      steps.add(Map.of("type", "Strip", "content", " ", "start", 1, "stop", 0));
    }
    return Map.of("type", "Sequence", "decoders", steps);
  }

  private Map<String, Object> common() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("version", "1.0");
    document.put("truncation", null);
    document.put("padding", null);
    document.put("added_tokens", addedTokens());
    return document;
  }

  private Map<String, Object> bpe(List<List<String>> merges) {
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("dropout", null);
    model.put("unk_token", null);
    model.put("continuing_subword_prefix", null);
    model.put("end_of_word_suffix", null);
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    model.put("ignore_merges", false);
    model.put("vocab", vocabulary.ids());
    model.put("merges", merges);
    return model;
  }

  private List<Map<String, Object>> addedTokens() {
    List<Map<String, Object>> added = new ArrayList<>();
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      if (vocabulary.isAdded(id)) {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("id", id);
        token.put("content", vocabulary.tokens().get(id));
        token.put("single_word", false);
        token.put("lstrip", false);
        token.put("rstrip", false);
        token.put("normalized", false);
        token.put("special", vocabulary.types()[id] == Vocabulary.CONTROL);
        added.add(token);
      }
    }
    return added;
  }

  private List<List<String>> merges() throws GgufException {
    List<List<String>> merges = new ArrayList<>();
    for (String merge : meta.texts(MERGES)) {
      int space = merge.indexOf(' ', 1);
      List<String> pair =
          space < 0 ? List.of() : List.of(merge.substring(0, space), merge.substring(space + 1));
      boolean known =
          pair.size() == 2
              && pair.stream().allMatch(vocabulary.ids()::containsKey)
              && vocabulary.ids().containsKey(String.join("", pair));
      if (!known) {
        throw meta.wrong(MERGES, "item " + merges.size() + " does not join two tokens to a third");
      }
      merges.add(pair);
    }
    return merges;
  }

  /** Puts the beginning-of-sequence token in front, when the file or its kind asks for it. */
  private Optional<Map<String, Object>> postProcessor(boolean standard) throws GgufException {
    OptionalInt bos = vocabulary.special(meta, "bos");
    boolean adds = meta.flag("tokenizer.ggml.add_bos_token").orElse(standard);
    if (!adds || bos.isEmpty()) {
      return Optional.empty();
    }
    String token = vocabulary.tokens().get(bos.getAsInt());
    Map<String, Object> first = Map.of("SpecialToken", Map.of("id", token, "type_id", 0));
    Map<String, Object> a = Map.of("Sequence", Map.of("id", "A", "type_id", 0));
    Map<String, Object> b = Map.of("Sequence", Map.of("id", "B", "type_id", 1));
    return Optional.of(
        Map.of(
            "type", "TemplateProcessing",
            "single", List.of(first, a),
            "pair", List.of(first, a, b),
            "special_tokens",
                Map.of(
                    token,
                    Map.of(
                        "id", token,
                        "ids", List.of(bos.getAsInt()),
                        "tokens", List.of(token)))));
  }
}
