package dev.heed.schemas.privacy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what names or reaches a person: e-mail addresses, IBANs and payment cards with a right
 * checksum, IP addresses, phone numbers, and names where the text itself says that a name follows
 * ("my name is", "Mrs"). Other names and places are not found; who releases texts must know that.
 * Patterns are bounded and possessive where it matters, so that no text makes them slow.
 */
public final class Pii {

  /** What is found, in the order of the search; the closed set of marks in events and metrics. */
  public enum Kind {
    EMAIL,
    IBAN,
    CARD,
    IP,
    PHONE,
    NAME
  }

  /**
   * One finding.
   *
   * @param start first character
   * @param end after the last character
   */
  public record Found(Kind kind, int start, int end) {}

  /**
   * @param group of the pattern that is the finding
   * @param length how much of a match is the finding, from its start; 0: nothing
   */
  private record Rule(Kind kind, Pattern pattern, int group, ToIntFunction<String> length) {}

  private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.CASE_INSENSITIVE;
  private static final String DOT = " ?[(\\[]dot[)\\]] ?";
  private static final int MIN_IBAN = 15;
  private static final String NAME_WORD = "\\p{Lu}[\\p{L}'\u2019-]{1,30}+";
  private static final String NAME = "(" + NAME_WORD + "(?:[ ]" + NAME_WORD + "){0,2}+)";

  private static final List<Rule> RULES =
      List.of(
          rule(Kind.EMAIL, email("[@\\uFF20]", "\\."), Pii::endsInLetters),
          rule(Kind.EMAIL, email(" ?[(\\[]at[)\\]] ?", DOT + "|\\."), Pii::endsInLetters),
          // The bare word needs bare dots too: "meet at example.org" is no address.
          rule(Kind.EMAIL, email(" at ", DOT + "| dot "), Pii::endsInLetters),
          ruleOf(Kind.IBAN, "(?<!\\w)[A-Z]{2}\\d{2}(?: ?[A-Z0-9]){11,30}(?!\\w)", Pii::ibanLength),
          rule(
              Kind.CARD,
              "(?<![\\d.])\\d(?:[ -]?\\d){12,18}(?!\\d)",
              found -> isCard(Checks.digits(found))),
          rule(Kind.IP, "(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\w]|\\.\\d)", Checks::isIpv4),
          rule(Kind.IP, "(?<![\\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\\w:])", Pii::isIpv6),
          rule(
              Kind.PHONE,
              "(?<![\\w+.])\\+?(?:\\(\\d{1,4}\\)|\\d{1,4})(?:[ ./()-]{0,2}\\d){5,16}(?!\\w)",
              Pii::isPhone),
          new Rule(
              Kind.NAME,
              Pattern.compile(
                  "(?<![\\p{L}])(?:(?i:my (?:full |real |first |last )?name is|my name's"
                      + "|i am called|i'm called|name:|signed,)[ ]{1,2}"
                      + "|(?:Mr|Mrs|Ms|Mx|Dr|Prof|Herr|Frau|Madame|Monsieur)\\.?[ ])"
                      + NAME,
                  Pattern.UNICODE_CHARACTER_CLASS),
              1,
              String::length));

  private Pii() {}

  private static String email(String at, String dot) {
    String local = "[\\w.%+-]{1,64}+(?:(?:" + DOT + "| dot )[\\w.%+-]{1,64}+){0,2}";
    String domain = "[\\w-]{1,63}+(?:(?:" + dot + ")[\\w-]{1,63}+){1,8}+";
    return "(?<![\\w.%+-])" + local + "(?:" + at + ")" + domain;
  }

  private static boolean endsInLetters(String email) {
    return Character.isLetter(email.charAt(email.length() - 1));
  }

  private static Rule rule(Kind kind, String pattern, Predicate<String> confirms) {
    return ruleOf(kind, pattern, found -> confirms.test(found) ? found.length() : 0);
  }

  private static Rule ruleOf(Kind kind, String pattern, ToIntFunction<String> length) {
    return new Rule(kind, Pattern.compile(pattern, FLAGS), 0, length);
  }

  /** Everything found in a text, by position; findings do not overlap. */
  public static List<Found> find(String text) {
    List<Found> all = new ArrayList<>();
    StringBuilder rest = new StringBuilder(text);
    for (Rule rule : RULES) {
      List<Found> own = new ArrayList<>();
      Matcher matcher = rule.pattern().matcher(rest);
      while (matcher.find()) {
        int start = matcher.start(rule.group());
        int length = rule.length().applyAsInt(matcher.group(rule.group()));
        if (length > 0) {
          own.add(new Found(rule.kind(), start, start + length));
        }
      }
      for (Found found : own) {
        // What is found is nothing else: later rules see a separator of the same length.
        rest.replace(found.start(), found.end(), "|".repeat(found.end() - found.start()));
      }
      all.addAll(own);
    }
    all.sort(Comparator.comparingInt(Found::start));
    return all;
  }

  /** The kinds that occur in a text. */
  public static Set<Kind> kinds(String text) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    find(text).forEach(found -> kinds.add(found.kind()));
    return kinds;
  }

  /** The text with every finding replaced by its kind in brackets, such as {@code [EMAIL]}. */
  public static String scrub(String text) {
    StringBuilder clean = new StringBuilder();
    int from = 0;
    for (Found found : find(text)) {
      clean.append(text, from, found.start()).append('[').append(found.kind()).append(']');
      from = found.end();
    }
    return clean.append(text, from, text.length()).toString();
  }

  /** All zeros pass the check of cards and are none. */
  private static boolean isCard(String digits) {
    boolean zero = digits.chars().allMatch(digit -> digit == '0');
    return !zero && Checks.isLuhn(digits) && !isBook(digits);
  }

  /** Words after an IBAN look like more of its groups: cut until the checksum is right. */
  private static int ibanLength(String text) {
    int end = text.length();
    while (end >= MIN_IBAN && !Checks.isIban(text.substring(0, end))) {
      end = text.lastIndexOf(' ', end - 1);
    }
    return end >= MIN_IBAN ? end : 0;
  }

  /** Eight groups, or fewer with one {@code ::}; 12:30:45, a::b and 5::9 are none. */
  private static boolean isIpv6(String text) {
    int groups = text.split(":", -1).length;
    boolean marked = text.chars().anyMatch(Character::isDigit) || groups > 4;
    boolean shortened = text.contains("::") && text.indexOf("::") == text.lastIndexOf("::");
    boolean wide = text.matches(".*[0-9a-fA-F]{3,4}.*") || text.equals("::1");
    return marked && wide && (shortened || (groups == 8 && !text.contains("::")));
  }

  /** An ISBN (ISO 2108): 13 digits from 978 or 979. */
  private static boolean isBook(String digits) {
    return digits.length() == 13 && (digits.startsWith("978") || digits.startsWith("979"));
  }

  private static boolean isPhone(String text) {
    int digits = Checks.digits(text).length();
    boolean date = text.matches("\\d{4}[-./ ]\\d{2}[-./ ]\\d{2}|\\d{2}[-./]\\d{2}[-./]\\d{4}");
    boolean marked = text.startsWith("+") || text.startsWith("(") || text.startsWith("0");
    boolean grouped = text.matches("\\d{3}[ .-]\\d{3}[ .-]\\d{4}|\\d{3}[ .-]\\d{4}");
    return !date
        && !isBook(Checks.digits(text))
        && digits <= 15
        && (grouped || (marked && digits >= 7) || digits >= 10);
  }
}
