package dev.heed.inference.text;

import java.util.Arrays;

/**
 * Tokens of one reply to text as they come. A character whose bytes are spread over tokens is held
 * until it is whole; what is no character at all comes out as U+FFFD after a few tokens, or is left
 * out at the end.
 */
public final class Detokenizer {

  private static final char BROKEN = '\uFFFD';

  /** A character has at most four bytes; more held tokens than this are no character. */
  private static final int MAX_HELD = 6;

  private final TextTokenizer tokenizer;
  private int[] tokens = new int[64];
  private int size;
  private int start;
  private int shown;

  public Detokenizer(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Takes a token; returns the text that is now whole, or nothing. */
  public String accept(int token) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
    }
    tokens[size++] = token;
    // The tokens before the new ones are decoded with them: a tokenizer may join or drop spaces.
    String before = tokenizer.decode(tokens, start, shown);
    String after = tokenizer.decode(tokens, start, size);
    boolean half = !after.isEmpty() && after.charAt(after.length() - 1) == BROKEN;
    if (after.length() <= before.length() || (half && size - shown < MAX_HELD)) {
      return "";
    }
    start = shown;
    shown = size;
    return after.substring(before.length());
  }

  /** What is still held, without half characters. */
  public String finish() {
    String before = tokenizer.decode(tokens, start, shown);
    String after = tokenizer.decode(tokens, start, size);
    shown = size;
    int end = after.length();
    while (end > before.length() && after.charAt(end - 1) == BROKEN) {
      end--;
    }
    return end > before.length() ? after.substring(before.length(), end) : "";
  }
}
