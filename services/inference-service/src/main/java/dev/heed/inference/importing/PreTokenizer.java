package dev.heed.inference.importing;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a text is cut before byte-pair merges, by the name in tokenizer.ggml.pre. The expressions are
 * those of the models' own tokenizer.json and of llama.cpp's llama-vocab.cpp.
 */
enum PreTokenizer {
  /** Single digits, then GPT-2's words. */
  SMOLLM(Set.of("smollm", "starcoder", "refact", "command-r", "codeshell"), false),
  GPT2(Set.of("gpt-2", "mpt", "olmo", "jais"), false),
  LLAMA3(Set.of("llama-bpe", "llama3", "llama-v3", "falcon3"), true),
  QWEN2(Set.of("qwen2", "deepseek-r1-qwen"), false),
  /** What llama.cpp does when a file names none. */
  DEFAULT(Set.of("default"), false);

  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String REST =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String WORDS = "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+";
  private static final String GPT2_WORDS =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";

  private final Set<String> names;
  private final boolean ignoresMerges;

  PreTokenizer(Set<String> names, boolean ignoresMerges) {
    this.names = names;
    this.ignoresMerges = ignoresMerges;
  }

  /** Whether a word that is a token of its own is taken whole, whatever the merges say. */
  boolean ignoresMerges() {
    return ignoresMerges;
  }

  static PreTokenizer of(GgufMetadata meta) throws GgufException {
    String key = "tokenizer.ggml.pre";
    String name = meta.text(key).orElse("default");
    for (PreTokenizer candidate : values()) {
      if (candidate.names.contains(name)) {
        return candidate;
      }
    }
    throw meta.wrong(
        key,
        "this pre-tokenizer is not supported; supported are: smollm, gpt-2, llama-bpe, qwen2,"
            + " default");
  }

  /** Its form in tokenizer.json. */
  Map<String, Object> json() {
    return Map.of("type", "Sequence", "pretokenizers", parts());
  }

  private List<Map<String, Object>> parts() {
    return switch (this) {
      case SMOLLM -> List.of(Map.of("type", "Digits", "individual_digits", true), byteLevel(true));
      case GPT2 -> List.of(byteLevel(true));
      case LLAMA3 -> List.of(split(CONTRACTIONS + WORDS + "|\\p{N}{1,3}" + REST), byteLevel(false));
      case QWEN2 -> List.of(split(CONTRACTIONS + WORDS + "|\\p{N}" + REST), byteLevel(false));
      case DEFAULT ->
          List.of(
              split("[\\p{P}\\$\\+<=>\\^~\\|]+"),
              split(GPT2_WORDS),
              split("\\p{N}+"),
              split("[0-9][0-9][0-9]"),
              byteLevel(false));
    };
  }

  private static Map<String, Object> byteLevel(boolean words) {
    return Map.of(
        "type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true, "use_regex", words);
  }

  private static Map<String, Object> split(String expression) {
    return Map.of(
        "type",
        "Split",
        "pattern",
        Map.of("Regex", expression),
        "behavior",
        "Isolated",
        "invert",
        false);
  }
}
