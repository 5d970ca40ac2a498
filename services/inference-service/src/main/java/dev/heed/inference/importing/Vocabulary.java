package dev.heed.inference.importing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The tokens of a GGUF file.
 *
 * @param tokens texts in the order of their ids
 * @param types ggml's token types, one per token
 * @param ids the same as a map
 */
record Vocabulary(List<String> tokens, int[] types, Map<String, Integer> ids) {

  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final String TYPES = "tokenizer.ggml.token_type";

  /** ggml's types of tokens. */
  static final int NORMAL = 1;

  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int BYTE = 6;

  /** Reads the tokens; each text must occur once, and there is one per row of the embedding. */
  static Vocabulary read(GgufMetadata meta, int rows) throws GgufException {
    List<String> tokens = meta.texts(TOKENS);
    if (tokens.size() != rows) {
      throw meta.wrong(TOKENS, "has " + tokens.size() + " tokens, the embedding " + rows);
    }
    int[] types = meta.integers(TYPES);
    if (types.length != rows) {
      throw meta.wrong(TYPES, "has " + types.length + " items for " + rows + " tokens");
    }
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < rows; id++) {
      if (ids.putIfAbsent(tokens.get(id), id) != null) {
        throw meta.wrong(TOKENS, "token " + id + " has the text of an earlier one");
      }
    }
    return new Vocabulary(List.copyOf(tokens), types, ids);
  }

  /** A special token's id by its purpose ("bos", "eos", "padding", "unknown", "eot"). */
  OptionalInt special(GgufMetadata meta, String purpose) throws GgufException {
    String key = "tokenizer.ggml." + purpose + "_token_id";
    OptionalLong id = meta.integer(key);
    if (id.isEmpty()) {
      return OptionalInt.empty();
    }
    if (id.getAsLong() < 0 || id.getAsLong() >= tokens.size()) {
      throw meta.wrong(key, "is " + id.getAsLong() + ", there are " + tokens.size() + " tokens");
    }
    return OptionalInt.of((int) id.getAsLong());
  }

  boolean isAdded(int id) {
    return types[id] == CONTROL || types[id] == USER_DEFINED;
  }
}
