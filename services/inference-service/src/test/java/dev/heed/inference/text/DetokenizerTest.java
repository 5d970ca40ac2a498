package dev.heed.inference.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.TestModel;
import dev.heed.inference.generation.ChatModel;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Characters whose bytes are spread over tokens come out whole, and nothing is lost. */
class DetokenizerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Plain words, and more.",
        "na\u00EFve caf\u00E9 \u2014 \u201Cquoted\u201D",
        "\u65E5\u672C\u8A9E\u306E\u6587\u7AE0\u3067\u3059\u3002",
        "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67 family \uD83C\uDDE9\uD83C\uDDEA",
        "\u0627\u0644\u0639\u0631\u0628\u064A\u0629 \u05E2\u05D1\u05E8\u05D9\u05EA",
        "\uD808\uDC00\uD808\uDC01 cuneiform \uD835\uDD38",
        "  spaces   kept \n\n\ttabs"
      })
  void textComesBackWholeAndNeverHalfACharacter(String text) {
    try (ChatModel model = TestModel.load()) {
      Detokenizer detokenizer = new Detokenizer(model.tokenizer());
      StringBuilder whole = new StringBuilder();

      for (int token : model.tokenizer().encode(text)) {
        String piece = detokenizer.accept(token);
        assertFalse(piece.contains("\uFFFD"), "half a character");
        assertTrue(text.startsWith(whole + piece), "text out of order");
        whole.append(piece);
      }
      whole.append(detokenizer.finish());

      assertEquals(text, whole.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aReplyCutInsideACharacterLeavesItOut(int kept) {
    try (ChatModel model = TestModel.load()) {
      int[] tokens = model.tokenizer().encode("\uD808\uDC00");
      assertTrue(tokens.length > kept, "the character has a token of its own");
      Detokenizer detokenizer = new Detokenizer(model.tokenizer());
      StringBuilder whole = new StringBuilder();

      for (int token : Arrays.copyOf(tokens, kept)) {
        whole.append(detokenizer.accept(token));
      }
      whole.append(detokenizer.finish());

      assertEquals("", whole.toString());
    }
  }
}
