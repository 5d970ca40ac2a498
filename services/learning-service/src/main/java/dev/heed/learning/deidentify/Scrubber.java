package dev.heed.learning.deidentify;

import dev.heed.schemas.privacy.Checks;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Replaces what names or reaches a person: e-mail addresses, IBANs and payment cards with a right
 * checksum, IP addresses, phone numbers. Names and places in free text are not found; who releases
 * the data set must know that. Patterns are bounded, so that no text makes them slow.
 */
public final class Scrubber {

  /** What is found, in the order of the search. */
  public enum Finding {
    EMAIL,
    IBAN,
    CARD,
    IP,
    PHONE
  }

  private record Rule(Finding finding, Pattern pattern, Predicate<String> confirms) {}

  private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.CASE_INSENSITIVE;

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              Finding.EMAIL,
              Pattern.compile(
                  "(?<![\\w.%+-])[\\w.%+-]{1,64}+[@\\uFF20]"
                      + "(?:[\\w-]{1,63}+\\.){1,8}+\\p{L}[\\w-]{0,62}+",
                  FLAGS),
              found -> true),
          new Rule(
              Finding.IBAN,
              Pattern.compile("(?<!\\w)[A-Z]{2}\\d{2}(?: ?[A-Z0-9]){11,30}(?!\\w)", FLAGS),
              Checks::isIban),
          new Rule(
              Finding.CARD,
              Pattern.compile("(?<![\\d.])\\d(?:[ -]?\\d){12,18}(?!\\d)", FLAGS),
              found -> Checks.isLuhn(Checks.digits(found))),
          new Rule(
              Finding.IP,
              Pattern.compile("(?<![\\w.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\w]|\\.\\d)", FLAGS),
              Checks::isIpv4),
          new Rule(
              Finding.IP,
              Pattern.compile("(?<![\\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\\w:])", FLAGS),
              Scrubber::isIpv6),
          new Rule(
              Finding.PHONE,
              Pattern.compile(
                  "(?<![\\w+])\\+?\\(?\\d{1,4}\\)?(?:[ ./()-]{0,2}\\d){5,16}(?!\\w)", FLAGS),
              Scrubber::isPhone));

  private Scrubber() {}

  /**
   * The text with every finding replaced by its kind in brackets, such as {@code [EMAIL]}.
   *
   * @param found told of each finding
   */
  public static String scrub(String text, Consumer<Finding> found) {
    String clean = text;
    for (Rule rule : RULES) {
      clean =
          rule.pattern()
              .matcher(clean)
              .replaceAll(match -> replacement(rule, match, found).replace("$", "\\$"));
    }
    return clean;
  }

  private static String replacement(Rule rule, MatchResult match, Consumer<Finding> found) {
    if (!rule.confirms().test(match.group())) {
      return match.group().replace("\\", "\\\\");
    }
    found.accept(rule.finding());
    return "[" + rule.finding() + "]";
  }

  /** Eight groups, or fewer with one {@code ::}; 12:30:45 and a::b are none. */
  private static boolean isIpv6(String text) {
    int groups = text.split(":", -1).length;
    boolean marked = text.chars().anyMatch(Character::isDigit) || groups > 4;
    boolean shortened = text.contains("::") && text.indexOf("::") == text.lastIndexOf("::");
    return marked && (shortened || (groups == 8 && !text.contains("::")));
  }

  private static boolean isPhone(String text) {
    int digits = Checks.digits(text).length();
    boolean marked = text.startsWith("+") || text.startsWith("(") || text.startsWith("0");
    boolean grouped = text.matches("\\d{3}[ .-]\\d{3}[ .-]\\d{4}|\\d{3}[ .-]\\d{4}");
    return digits <= 15 && (grouped || (marked && digits >= 7) || digits >= 10);
  }
}
