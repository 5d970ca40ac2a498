package dev.heed.safety.matching;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Undoes what people do inside a word to hide it from a list: leetspeak, stretched letters, a
 * masked letter. A disguised token becomes a word of the lists only when it can be read as exactly
 * that word, so ordinary words are never touched. Linear in the token.
 */
final class Words {

  private static final int MAX_TOKEN = 64;
  private static final int MIN_MASKED = 4;

  private final Set<String> vocabulary;
  private final Map<String, String> squeezed = new HashMap<>();
  private final Map<String, String> masked = new HashMap<>();

  /**
   * @param vocabulary every word of the lists, folded
   */
  Words(Set<String> vocabulary) {
    this.vocabulary = vocabulary;
    for (String word : vocabulary) {
      if (word.length() >= 3) {
        squeezed.putIfAbsent(squeeze(word), word);
      }
      if (word.length() >= MIN_MASKED) {
        for (int i = 1; i < word.length(); i++) {
          masked.putIfAbsent(word.substring(0, i) + "*" + word.substring(i + 1), word);
        }
      }
    }
  }

  /** The word that a token hides, or the token without its signs; spaces where signs part words. */
  String reveal(String token) {
    if (token.length() > MAX_TOKEN || isPlain(token, 0, token.length())) {
      return token;
    }
    String found = find(token);
    return found != null ? found : bare(token);
  }

  private String find(String token) {
    String word = known(token);
    if (word == null && token.indexOf('*') > 0) {
      word = masked.get(token);
    }
    if (word == null && hasLetter(token)) {
      word = known(unleet(token, 'i'));
      if (word == null) {
        word = known(unleet(token, 'l'));
      }
    }
    return word;
  }

  private String known(String token) {
    if (vocabulary.contains(token)) {
      return token;
    }
    if (!isStretched(token)) {
      return null;
    }
    String word = squeezed.get(squeeze(token));
    return word != null && covers(token, word) ? word : null;
  }

  /** Nothing to undo: letters only, none of them three times in a row. */
  static boolean isPlain(String text, int from, int end) {
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 128 && Character.isLetter(c);
      boolean third = i >= from + 2 && c == text.charAt(i - 1) && c == text.charAt(i - 2);
      if (!letter || third) {
        return false;
      }
    }
    return true;
  }

  private static boolean isStretched(String token) {
    for (int i = 2; i < token.length(); i++) {
      if (token.charAt(i) == token.charAt(i - 1) && token.charAt(i) == token.charAt(i - 2)) {
        return true;
      }
    }
    return false;
  }

  /** Every run of the token is at least as long as the word's. */
  private static boolean covers(String token, String word) {
    int t = 0;
    for (int w = 0; w < word.length(); ) {
      char c = word.charAt(w);
      int wanted = 0;
      while (w < word.length() && word.charAt(w) == c) {
        w++;
        wanted++;
      }
      int there = 0;
      while (t < token.length() && token.charAt(t) == c) {
        t++;
        there++;
      }
      if (there < wanted) {
        return false;
      }
    }
    return t == token.length();
  }

  private static String squeeze(String word) {
    StringBuilder out = new StringBuilder(word.length());
    for (int i = 0; i < word.length(); i++) {
      if (i == 0 || word.charAt(i) != word.charAt(i - 1)) {
        out.append(word.charAt(i));
      }
    }
    return out.toString();
  }

  private static boolean hasLetter(String token) {
    return token.chars().anyMatch(Character::isLetter);
  }

  /** Reads digits and signs as letters; a trailing exclamation mark stays one. */
  private static String unleet(String token, char one) {
    int end = token.length();
    while (end > 1 && token.charAt(end - 1) == '!') {
      end--;
    }
    StringBuilder out = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      out.append(
          switch (token.charAt(i)) {
            case '0' -> 'o';
            case '1', '!', '|' -> one;
            case '3' -> 'e';
            case '4', '@' -> 'a';
            case '5', '$' -> 's';
            case '7', '+' -> 't';
            case '8' -> 'b';
            case '9', '6' -> 'g';
            default -> token.charAt(i);
          });
    }
    return out.toString();
  }

  private static String bare(String token) {
    StringBuilder out = new StringBuilder(token.length());
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      out.append(Folding.LEET_SIGNS.indexOf(c) >= 0 ? ' ' : c);
    }
    return out.toString().strip();
  }
}
