package dev.heed.safety.matching;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Unfolds one line of a list into plain phrases. {@code word~} is a word with its regular endings
 * (-s, -es, -ed, -ing, -er, with doubled or dropped letters), {@code word+} a noun with its plural,
 * {@code (a|b|)} a choice, an empty one included; an ending may follow a choice.
 */
final class Inflections {

  /** More than this from one line is a mistake in the list. */
  static final int MAX_FORMS = 8000;

  private static final String VOWELS = "aeiou";

  private Inflections() {}

  /** Every phrase that a line stands for, in lower case. */
  static Set<String> unfold(String line) {
    List<String> phrases = new ArrayList<>(List.of(""));
    for (String part : parts(line.toLowerCase(Locale.ROOT))) {
      Set<String> forms = forms(part);
      List<String> longer = new ArrayList<>();
      for (String phrase : phrases) {
        for (String form : forms) {
          longer.add((phrase + " " + form).strip());
        }
      }
      if (longer.size() > MAX_FORMS) {
        throw new IllegalArgumentException("a line unfolds to more than " + MAX_FORMS + " phrases");
      }
      phrases = longer;
    }
    Set<String> all = new LinkedHashSet<>(phrases);
    all.remove("");
    return all;
  }

  /** Splits at spaces that stand outside of brackets. */
  private static List<String> parts(String line) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean inside = false;
    for (char c : line.toCharArray()) {
      inside = c == '(' || inside && c != ')';
      if (c == ' ' && !inside) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  private static Set<String> forms(String part) {
    if (part.startsWith("(") && part.endsWith(")")) {
      if (part.indexOf('(', 1) > 0) {
        throw new IllegalArgumentException("brackets inside of brackets");
      }
      Set<String> all = new LinkedHashSet<>();
      for (String choice : part.substring(1, part.length() - 1).split("\\|", -1)) {
        all.addAll(choice.isBlank() ? Set.of("") : unfold(choice.strip()));
      }
      return all;
    }
    if (part.indexOf('(') > 0 || part.endsWith(")")) {
      throw new IllegalArgumentException("a bracket inside of a word, or without its other half");
    }
    if (part.length() < 2 || !part.endsWith("~") && !part.endsWith("+")) {
      return Set.of(part);
    }
    Set<String> all = new LinkedHashSet<>();
    for (String word : forms(part.substring(0, part.length() - 1))) {
      all.addAll(part.endsWith("~") ? verb(word) : noun(word));
    }
    return all;
  }

  private static Set<String> noun(String word) {
    Set<String> forms = new LinkedHashSet<>(List.of(word));
    if (word.endsWith("y") && word.length() > 2 && isConsonant(word, word.length() - 2)) {
      forms.add(word.substring(0, word.length() - 1) + "ies");
    } else {
      forms.add(word + (word.matches(".*(s|x|z|ch|sh)") ? "es" : "s"));
    }
    return forms;
  }

  private static Set<String> verb(String word) {
    Set<String> forms = new LinkedHashSet<>(noun(word));
    String stem = word.endsWith("e") ? word.substring(0, word.length() - 1) : word;
    if (doubles(word)) {
      stem = word + word.charAt(word.length() - 1);
    }
    forms.add(stem + "ing");
    forms.add(stem + "in");
    forms.add(stem + "ed");
    forms.add(stem + "er");
    forms.add(stem + "ers");
    return forms;
  }

  /** One short syllable that ends in consonant, vowel, consonant: stab, stabbing. */
  private static boolean doubles(String word) {
    int n = word.length();
    return n >= 3
        && n <= 4
        && isConsonant(word, n - 1)
        && "wxy".indexOf(word.charAt(n - 1)) < 0
        && !isConsonant(word, n - 2)
        && isConsonant(word, n - 3);
  }

  private static boolean isConsonant(String word, int at) {
    return VOWELS.indexOf(word.charAt(at)) < 0;
  }
}
