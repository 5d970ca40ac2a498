package dev.heed.inference.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.inference.runtime.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Text to token ids and back, by a folder's {@code tokenizer.json}. Safe for several threads. */
public final class TextTokenizer implements AutoCloseable {

  /** The file's name in a model folder. */
  public static final String FILE = "tokenizer.json";

  private static final long MAX_FILE_BYTES = 128L << 20;

  private final HuggingFaceTokenizer tokenizer;
  private final List<String> special;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, List<String> special) {
    this.tokenizer = tokenizer;
    this.special = special;
  }

  /**
   * Loads a folder's tokenizer.
   *
   * @throws ModelException when the file is missing or damaged
   */
  public static TextTokenizer load(Path folder) {
    Path file = folder.resolve(FILE);
    List<String> special = check(file);
    try {
      return new TextTokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(file)
              .optAddSpecialTokens(false)
              .optTruncation(false)
              .optPadding(false)
              .build(),
          special);
    } catch (IOException | RuntimeException e) {
      throw new ModelException(FILE, "the tokenizer cannot be made from it", e);
    }
  }

  /** Reads it once as JSON, for an error that says where, and for the names of special tokens. */
  private static List<String> check(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelException(FILE, "missing in " + file.getParent());
      }
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new ModelException(FILE, "larger than " + MAX_FILE_BYTES + " bytes");
      }
      JsonNode root = new ObjectMapper().readTree(file.toFile());
      if (!root.path("model").path("vocab").isContainerNode()) {
        throw new ModelException(FILE, "model.vocab is missing");
      }
      List<String> special = new ArrayList<>();
      for (JsonNode token : root.path("added_tokens")) {
        String content = token.path("content").asText("");
        if (token.path("special").asBoolean() && content.length() > 1) {
          special.add(content);
        }
      }
      return List.copyOf(special);
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw new ModelException(
          FILE, "not JSON at line " + at.getLineNr() + ", column " + at.getColumnNr());
    } catch (IOException e) {
      throw new ModelException(FILE, "cannot be read", e);
    }
  }

  /** Ids of a text; names of special tokens in it become those tokens. */
  public int[] encode(String text) {
    long[] ids = tokenizer.encode(text, false, false).getIds();
    int[] tokens = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      tokens[i] = (int) ids[i];
    }
    return tokens;
  }

  /**
   * A person's text with the names of special tokens taken apart by a space, so that nobody can
   * write a message in another's role.
   */
  public String disarm(String text) {
    String safe = text;
    for (String name : special) {
      if (safe.contains(name)) {
        safe = safe.replace(name, name.charAt(0) + " " + name.substring(1));
      }
    }
    return safe;
  }

  /** Text of tokens, special ones left out. Half characters at the borders become U+FFFD. */
  String decode(int[] tokens, int from, int to) {
    long[] ids = new long[to - from];
    for (int i = from; i < to; i++) {
      ids[i - from] = tokens[i];
    }
    return tokenizer.decode(ids, true);
  }

  /** One token's text, special ones too. */
  public String text(int token) {
    return tokenizer.decode(new long[] {token}, false);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
