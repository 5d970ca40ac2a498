package dev.heed.safety.matching;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;

/**
 * Folds what people do to letters: NFKC, lower case, combining marks, invisible characters and
 * look-alikes of other scripts all become plain letters; apostrophes vanish, whatever else is not a
 * letter, digit or sign of leetspeak becomes one space. Linear in the text.
 */
final class Folding {

  /** Signs that stand for letters inside a word; kept for {@link Words} to judge. */
  static final String LEET_SIGNS = "@$!|+*";

  private static final char SILENT = 0;

  /** What each ASCII character becomes: itself, a small letter, a space, or nothing. */
  private static final char[] ASCII = table();

  private static final Map<Integer, Character> CONFUSABLES = confusables();

  private Folding() {}

  /** Folds a text; the result has single spaces between words and none at its ends. */
  static String fold(String text) {
    if (isAscii(text)) {
      return ascii(text);
    }
    String flat = Normalizer.normalize(text, Normalizer.Form.NFKD);
    StringBuilder out = new StringBuilder(flat.length());
    for (int i = 0; i < flat.length(); ) {
      int code = flat.codePointAt(i);
      i += Character.charCount(code);
      append(out, code);
    }
    int length = out.length();
    if (length > 0 && out.charAt(length - 1) == ' ') {
      out.setLength(length - 1);
    }
    return out.toString();
  }

  private static void append(StringBuilder out, int code) {
    if (code < 128) {
      plain(out, (char) code);
    } else {
      other(out, code);
    }
  }

  private static void plain(StringBuilder out, char c) {
    char folded = ASCII[c];
    if (folded == ' ') {
      space(out);
    } else if (folded != SILENT) {
      out.append(folded);
    }
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= ASCII.length) {
        return false;
      }
    }
    return true;
  }

  /** Most texts: one look-up a character and no normalisation, which changes none of these. */
  private static String ascii(String text) {
    char[] out = new char[text.length()];
    int length = 0;
    boolean gap = true; // nothing yet, or a space: no other one follows
    for (int i = 0; i < text.length(); i++) {
      char folded = ASCII[text.charAt(i)];
      if (folded == SILENT || folded == ' ' && gap) {
        continue;
      }
      out[length++] = folded;
      gap = folded == ' ';
    }
    return new String(out, 0, length > 0 && gap ? length - 1 : length);
  }

  private static char[] table() {
    char[] table = new char[128];
    for (char c = 0; c < table.length; c++) {
      boolean kept = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || LEET_SIGNS.indexOf(c) >= 0;
      table[c] = kept ? c : ' ';
    }
    for (char c = 'A'; c <= 'Z'; c++) {
      table[c] = (char) (c + ('a' - 'A'));
    }
    table['\''] = SILENT;
    table['`'] = SILENT;
    return table;
  }

  private static void space(StringBuilder out) {
    if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
      out.append(' ');
    }
  }

  private static void other(StringBuilder out, int code) {
    int type = Character.getType(code);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT
        || isSilent(code)) {
      return;
    }
    int lower = Character.toLowerCase(code);
    Character alike = CONFUSABLES.get(lower);
    if (alike != null) {
      out.append(alike.charValue());
    } else if (Character.isLetterOrDigit(lower)) {
      out.appendCodePoint(lower);
    } else {
      space(out);
    }
  }

  /** Apostrophes, soft hyphens, variation selectors and fillers that show nothing. */
  private static boolean isSilent(int code) {
    return switch (code) {
      case '\'',
          '`',
          0x2018,
          0x2019,
          0x02BC,
          0x02B9,
          0x00AD,
          0x034F,
          0x115F,
          0x1160,
          0x3164,
          0xFFA0 ->
          true;
      default -> code >= 0xFE00 && code <= 0xFE0F;
    };
  }

  /** Letters that look like a Latin one: the part of Unicode's confusables that people use. */
  private static Map<Integer, Character> confusables() {
    Map<Integer, Character> map = new HashMap<>();
    String[] rows = {
      "a\u0430\u03b1\u0251\u0252\u1d00\u0101\u2200\u00aa",
      "b\u044c\u03b2\u0432\u0299\u0253",
      "c\u0441\u03f2\u1d04\u2184\u00a2\u0254",
      "d\u0501\u1d05\u0257\u0256\u217e",
      "e\u0435\u03b5\u0454\u1d07\u212e\u0259\u0451\u20ac",
      "f\u0192\ua730\u017f",
      "g\u0261\u0581\u0262\u0260",
      "h\u04bb\u043d\u029c\u0570\u0266",
      "i\u0456\u03b9\u0131\u026a\u04cf\u0457\u0269",
      "j\u0458\u03f3\u1d0a",
      "k\u043a\u03ba\u1d0b\u0138",
      "l\u04c0\u029f\u217c\u0142\u026b",
      "m\u043c\u1d0d\u217f\u0271",
      "n\u043f\u03b7\u0274\u0578\u0272\u014b",
      "o\u043e\u03bf\u1d0f\u0585\u00f8\u03c3\u0275",
      "p\u0440\u03c1\u1d18\u00fe",
      "q\u051b\u0566",
      "r\u0433\u0280\u027e\u1d26",
      "s\u0455\ua731\u0282\u00a7",
      "t\u0442\u03c4\u1d1b\u01ab",
      "u\u03c5\u057d\u1d1c\u028b\u00b5\u03bc",
      "v\u03bd\u0475\u1d20\u2174",
      "w\u0461\u051d\u1d21\u03c9\u026f",
      "x\u0445\u03c7\u00d7\u2179",
      "y\u0443\u04af\u028f\u03b3\u0263",
      "z\u1d22\u0290\u0225",
    };
    for (String row : rows) {
      row.codePoints().skip(1).forEach(code -> map.put(code, row.charAt(0)));
    }
    // Regional-indicator and negative squared letters survive NFKD.
    for (int i = 0; i < 26; i++) {
      map.put(0x1F1E6 + i, (char) ('a' + i));
      map.put(0x1F150 + i, (char) ('a' + i));
      map.put(0x1F170 + i, (char) ('a' + i));
    }
    return map;
  }
}
