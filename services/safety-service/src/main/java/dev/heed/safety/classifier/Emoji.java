package dev.heed.safety.classifier;

import java.util.Locale;

/**
 * Writes emoji as their Unicode names, because the encoder's vocabulary has none: what is hidden in
 * a picture is read like a word. {@code plain} in models/safety/emoji_names.py does the same.
 */
final class Emoji {

  private static final int VARIATION = 0xFE0F;
  private static final int JOINER = 0x200D;
  private static final int KEYCAP = 0x20E3;

  private Emoji() {}

  /** The text with a word for each emoji; the same text when it has none. */
  static String named(String text) {
    if (text.codePoints().noneMatch(code -> isEmoji(code) || isModifier(code))) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() * 2);
    text.codePoints()
        .filter(code -> !isModifier(code))
        .forEach(
            code -> {
              if (isEmoji(code)) {
                out.append(' ').append(name(code)).append(' ');
              } else {
                out.appendCodePoint(code);
              }
            });
    return out.toString();
  }

  private static String name(int code) {
    if (!Character.isDefined(code)) {
      return "symbol";
    }
    return Character.getName(code).toLowerCase(Locale.ROOT).replace('-', ' ');
  }

  private static boolean isEmoji(int code) {
    return code >= 0x1F000 && code <= 0x1FAFF
        || code >= 0x2600 && code <= 0x27BF
        || code >= 0x2B00 && code <= 0x2BFF;
  }

  /** What only changes the look of the emoji before it: style, joiner, skin tone. */
  private static boolean isModifier(int code) {
    return code == VARIATION
        || code == JOINER
        || code == KEYCAP
        || code >= 0x1F3FB && code <= 0x1F3FF;
  }
}
