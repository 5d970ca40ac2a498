package dev.heed.deploy;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the metrics in PromQL. */
final class Queries {

  private static final Pattern IN_QUOTES_OR_BRACES = Pattern.compile("\"[^\"]*\"|\\{[^}]*}");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern WORD = Pattern.compile("\\b[a-zA-Z_:][a-zA-Z0-9_:]*\\b(?!\\s*\\()");
  private static final Set<String> WORDS =
      Set.of(
          "and", "or", "unless", "bool", "offset", "inf", "group_left", "group_right", "by", "on");

  private Queries() {}

  /** The metric names of an expression, recorded ones (with a colon) included. */
  static Set<String> metrics(String expression) {
    String bare = IN_QUOTES_OR_BRACES.matcher(expression).replaceAll(" ");
    bare = GROUPING.matcher(bare).replaceAll(" ");
    bare = bare.replaceAll("\\[[^]]*]", " ");
    Set<String> found = new TreeSet<>();
    Matcher matcher = WORD.matcher(bare);
    while (matcher.find()) {
      String word = matcher.group();
      if (!WORDS.contains(word) && !word.matches("e\\d+|[smhd]|le")) {
        found.add(word);
      }
    }
    return found;
  }
}
