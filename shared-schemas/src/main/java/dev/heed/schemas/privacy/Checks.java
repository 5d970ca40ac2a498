package dev.heed.schemas.privacy;

import java.math.BigInteger;
import java.util.Locale;

/** Tells numbers that mean somebody from numbers that only look like it, by their checksums. */
public final class Checks {

  private Checks() {}

  /** The digits of a text, of any script, as 0 to 9. */
  public static String digits(String text) {
    StringBuilder digits = new StringBuilder();
    text.codePoints()
        .filter(Character::isDigit)
        .forEach(c -> digits.append(Character.digit(c, 10)));
    return digits.toString();
  }

  /** The Luhn check of payment cards (ISO/IEC 7812-1); all zeros pass it. */
  public static boolean isLuhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int value = i % 2 == 0 ? digit : 2 * digit;
      sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
  }

  /** The check of IBANs (ISO 13616): 1 modulo 97, letters as 10 to 35. */
  public static boolean isIban(String text) {
    String plain = text.replace(" ", "").toUpperCase(Locale.ROOT);
    StringBuilder number = new StringBuilder();
    String turned = plain.substring(4) + plain.substring(0, 4);
    for (int i = 0; i < turned.length(); i++) {
      number.append(Character.digit(turned.charAt(i), 36));
    }
    return new BigInteger(number.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
  }

  /** Whether no part of four numbers with dots is more than 255. */
  public static boolean isIpv4(String text) {
    for (String part : text.split("\\.")) {
      if (Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }
}
