package dev.heed.inference.importing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The imported SentencePiece tokenizer against SentencePiece's own way: the best pair first. */
class SentencePieceTest {

  private static final int BYTES = 3;
  private static final int FIRST_PIECE = BYTES + 256;

  /** Best score first, as SentencePiece numbers them. */
  private static final List<String> PIECES =
      List.of(
          "th", "in", "er", "▁t", "an", "▁a", "the", "▁th", "ing", "and", "▁and", "▁the", "he",
          "▁h", "▁he", "ll", "llo", "▁hell", "▁hello", "hello", "tt", "ttt", "tttt");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the hen and the heron",
        "hello",
        " hello  hello",
        "",
        "thing",
        "ttttttt",
        "andan",
        "snow ☃ in the attic",
        "日本 and 😀",
        "x\n\n\tthe",
        "▁the"
      })
  void givesSentencePiecesIds(String text) throws Exception {
    // Given
    GgufBytes gguf = gguf();

    // When
    long[] ids;
    String decoded;
    try (HuggingFaceTokenizer tokenizer = load(gguf)) {
      ids = tokenizer.encode(text, false, false).getIds();
      decoded = tokenizer.decode(ids, true);
    }

    // Then
    assertArrayEquals(bestPairFirst(text), ids);
    assertEquals(text.replace("▁", " "), decoded);
  }

  @Test
  void putsTheBeginningInFront() throws Exception {
    // Given
    GgufBytes gguf = gguf();

    // When
    long[] ids;
    try (HuggingFaceTokenizer tokenizer = load(gguf)) {
      ids = tokenizer.encode("hello", true, false).getIds();
    }

    // Then
    assertEquals(1, ids[0]);
    assertEquals(2, ids.length);
  }

  @Test
  void wantsAScorePerToken() {
    // Given
    GgufBytes gguf = gguf().floats("tokenizer.ggml.scores", 1, 2);

    // When
    GgufException refusal = assertThrows(GgufException.class, () -> load(gguf));

    // Then
    assertEquals("tokenizer.ggml.scores", refusal.field());
  }

  private HuggingFaceTokenizer load(GgufBytes gguf) throws Exception {
    Path file = folder.resolve("tokenizer.json");
    try (Arena arena = Arena.ofConfined()) {
      GgufMetadata meta = GgufFile.read(arena, MemorySegment.ofArray(gguf.build())).metadata();
      Vocabulary vocabulary = Vocabulary.read(meta, tokens().size());
      Map<String, Object> document = new TokenizerJson(meta, vocabulary).document();
      Files.write(file, new ObjectMapper().writeValueAsBytes(document));
    }
    return HuggingFaceTokenizer.newInstance(file);
  }

  private static GgufBytes gguf() {
    List<String> tokens = tokens();
    int[] types = new int[tokens.size()];
    float[] scores = new float[tokens.size()];
    Arrays.fill(types, Vocabulary.NORMAL);
    types[0] = Vocabulary.UNKNOWN;
    types[1] = Vocabulary.CONTROL;
    types[2] = Vocabulary.CONTROL;
    Arrays.fill(types, BYTES, FIRST_PIECE, Vocabulary.BYTE);
    for (int id = FIRST_PIECE; id < scores.length; id++) {
      scores[id] = FIRST_PIECE - id;
    }
    return new GgufBytes()
        .text("tokenizer.ggml.model", "llama")
        .texts("tokenizer.ggml.tokens", tokens)
        .ints("tokenizer.ggml.token_type", types)
        .floats("tokenizer.ggml.scores", scores)
        .u32("tokenizer.ggml.bos_token_id", 1)
        .u32("tokenizer.ggml.eos_token_id", 2)
        .u32("tokenizer.ggml.unknown_token_id", 0);
  }

  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    for (int value = 0; value < 256; value++) {
      tokens.add("<0x%02X>".formatted(value));
    }
    tokens.addAll(PIECES);
    tokens.add("▁");
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
    return tokens;
  }

  /** SentencePiece: join the neighbours whose piece has the best score, the leftmost first. */
  private static long[] bestPairFirst(String text) {
    if (text.isEmpty()) {
      return new long[0];
    }
    List<String> tokens = tokens();
    List<String> symbols = new ArrayList<>();
    ("▁" + text.replace(' ', '▁')).codePoints().mapToObj(Character::toString).forEach(symbols::add);
    for (int best = 0; best >= 0; ) {
      best = -1;
      int bestId = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        int id = tokens.indexOf(symbols.get(i) + symbols.get(i + 1));
        if (id >= 0 && id < bestId) {
          best = i;
          bestId = id;
        }
      }
      if (best >= 0) {
        symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
      }
    }
    return symbols.stream()
        .flatMap(symbol -> ids(tokens, symbol).stream())
        .mapToLong(i -> i)
        .toArray();
  }

  private static List<Integer> ids(List<String> tokens, String symbol) {
    int id = tokens.indexOf(symbol);
    if (id >= 0) {
      return List.of(id);
    }
    List<Integer> bytes = new ArrayList<>();
    for (byte value : symbol.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(BYTES + (value & 0xFF));
    }
    return bytes;
  }
}
