package dev.heed.safety.classifier;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.heed.safety.screening.RatingException;
import dev.heed.safety.screening.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Turns a text in its context into windows of token ids: {@code [CLS] role : context [SEP] part of
 * the text [SEP]}. models/safety's training script does the same, token by token.
 */
final class InputEncoder implements AutoCloseable {

  /** Windows of one text, at most; a longer text is not rated, so it is refused. */
  static final int MAX_WINDOWS = 512;

  /** Characters of context that are tokenised, at most; the last ones count. */
  private static final int MAX_CONTEXT_CHARACTERS = 2000;

  /** Even a text of spaces must not make the tokeniser work without bound. */
  private static final int MAX_CHARACTERS = 200_000;

  private final ClassifierSpec spec;
  private final HuggingFaceTokenizer tokenizer;

  /** One window: ids, and where its second segment starts. */
  record Window(long[] ids, int textFrom) {}

  InputEncoder(ClassifierSpec spec, Path tokenizerFile) throws IOException {
    this.spec = spec;
    this.tokenizer =
        HuggingFaceTokenizer.newInstance(
            tokenizerFile,
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
  }

  /** Windows of a text; none when it has no tokens. */
  List<Window> encode(Subject subject) {
    if (subject.text().length() > MAX_CHARACTERS) {
      throw new RatingException(RatingException.Cause.TOO_LONG);
    }
    long[] text = ids(subject.text());
    if (text.length == 0) {
      return List.of();
    }
    long[] head = head(subject);
    int room = spec.maxLength() - 3 - head.length;
    List<Window> windows = new ArrayList<>();
    if (text.length <= room) {
      windows.add(window(head, text));
      return windows;
    }
    for (int from = 0; from < text.length - room; from += room - spec.overlap()) {
      windows.add(window(head, Arrays.copyOfRange(text, from, from + room)));
      if (windows.size() >= MAX_WINDOWS) {
        throw new RatingException(RatingException.Cause.TOO_LONG);
      }
    }
    windows.add(window(head, Arrays.copyOfRange(text, text.length - room, text.length)));
    return windows;
  }

  /** The role, then the end of the context. */
  private long[] head(Subject subject) {
    long[] role = ids(subject.role().label() + " :");
    List<String> context = subject.context();
    List<String> last =
        context.subList(Math.max(0, context.size() - spec.contextTurns()), context.size());
    if (last.isEmpty()) {
      return role;
    }
    String joined = String.join(" | ", last);
    long[] before = ids(joined.substring(Math.max(0, joined.length() - MAX_CONTEXT_CHARACTERS)));
    int from = Math.max(0, before.length - spec.contextTokens());
    long[] head = Arrays.copyOf(role, role.length + before.length - from);
    System.arraycopy(before, from, head, role.length, before.length - from);
    return head;
  }

  private Window window(long[] head, long[] text) {
    long[] ids = new long[head.length + text.length + 3];
    ids[0] = spec.cls();
    System.arraycopy(head, 0, ids, 1, head.length);
    ids[head.length + 1] = spec.sep();
    System.arraycopy(text, 0, ids, head.length + 2, text.length);
    ids[ids.length - 1] = spec.sep();
    return new Window(ids, head.length + 2);
  }

  private long[] ids(String text) {
    return tokenizer.encode(Emoji.named(wellFormed(text)), false, false).getIds();
  }

  /** Half a surrogate pair is no character: native code must not see it. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c) || c == 0) {
        return replaced(text);
      }
    }
    return text;
  }

  private static String replaced(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            code ->
                out.appendCodePoint(code == 0 || code >= 0xD800 && code <= 0xDFFF ? 0xFFFD : code));
    return out.toString();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
