package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The default model's GGUF file (HEED_GGUF), imported: its tokens and its next word. */
class RealGgufTest {

  /** Single digits, then GPT-2's words: the pre-tokenizer "smollm". */
  private static final Pattern WORDS =
      Pattern.compile(
          "\\p{N}|'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)(?!$|\\p{N})|"
              + "\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  @TempDir private static Path folder;
  private static Path model;
  private static Map<String, Integer> ids;
  private static final Map<String, Integer> RANKS = new HashMap<>();

  @BeforeAll
  static void importOnce() throws IOException {
    String gguf = System.getenv("HEED_GGUF");
    assertNotNull(gguf, "HEED_GGUF names no GGUF file: run ./heed test");
    model = folder.resolve("model");
    // In blocks: what is measured by default ./heed fetch imports before the tests
    Recipe recipe = Recipe.parse("none");
    new ModelImporter(line -> {})
        .run(Path.of(gguf), model, new ModelImporter.Options(512, false, 1L << 30, recipe));
    try (GgufFile file = GgufFile.open(Path.of(gguf))) {
      ids = Vocabulary.read(file.metadata(), 49_152).ids();
      for (String merge : file.metadata().texts("tokenizer.ggml.merges")) {
        RANKS.put(merge, RANKS.size());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The capital of France is Paris.",
        "It's 2026, and they'll pay $1,234.56!",
        "naïve café 日本語 Привет 😀 ﷽",
        "def f(x):\n    return x ** 2\n",
        "supercalifragilisticexpialidocious",
        "one\ttab,\u00a0no-break, trailing words",
        "https://example.org/a?b=c&d=%20e"
      })
  void tokensAreThoseOfItsVocabulary(String text) throws IOException {
    // Given
    long[] expected = bytePairs(text);

    // When
    long[] actual;
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(model.resolve("tokenizer.json"))) {
      actual = tokenizer.encode(text, false, false).getIds();
    }

    // Then
    assertArrayEquals(expected, actual);
  }

  @Test
  void knowsTheCapitalOfFrance() throws Exception {
    // Given
    int[] prompt =
        java.util.Arrays.stream(bytePairs("The capital of France is"))
            .mapToInt(i -> (int) i)
            .toArray();

    // When
    float[] logits = OnnxDecoder.run(model, prompt)[0];

    // Then
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    assertEquals(ids.get("ĠParis"), best);
  }

  /** Byte-pair encoding as it is defined: in each word the pair of the lowest rank is joined. */
  private static long[] bytePairs(String text) {
    List<Long> encoded = new ArrayList<>();
    Matcher words = WORDS.matcher(text);
    while (words.find()) {
      List<String> parts = new ArrayList<>();
      GptBytes.letters(words.group())
          .codePoints()
          .mapToObj(Character::toString)
          .forEach(parts::add);
      for (int best = lowest(parts); best >= 0; best = lowest(parts)) {
        parts.set(best, parts.get(best) + parts.remove(best + 1));
      }
      parts.forEach(part -> encoded.add((long) ids.get(part)));
    }
    return encoded.stream().mapToLong(i -> i).toArray();
  }

  private static int lowest(List<String> parts) {
    int best = -1;
    int lowest = Integer.MAX_VALUE;
    for (int i = 0; i + 1 < parts.size(); i++) {
      int rank = RANKS.getOrDefault(parts.get(i) + " " + parts.get(i + 1), Integer.MAX_VALUE);
      if (rank < lowest) {
        lowest = rank;
        best = i;
      }
    }
    return best;
  }
}
