package dev.heed.inference.importing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** GPT-2's letters for bytes: printable ones stand for themselves, the rest from U+0100 on. */
final class GptBytes {

  private GptBytes() {}

  static List<String> alphabet() {
    List<String> letters = new ArrayList<>();
    int next = 256;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xAC || value >= 0xAE;
      letters.add(Character.toString(printable ? value : next++));
    }
    return letters;
  }

  /** A text's UTF-8 bytes in these letters. */
  static String letters(String text) {
    List<String> alphabet = alphabet();
    StringBuilder letters = new StringBuilder();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      letters.append(alphabet.get(value & 0xFF));
    }
    return letters.toString();
  }
}
