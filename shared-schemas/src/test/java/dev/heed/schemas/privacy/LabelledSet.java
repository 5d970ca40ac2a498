package dev.heed.schemas.privacy;

import dev.heed.schemas.privacy.Pii.Found;
import dev.heed.schemas.privacy.Pii.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Texts made from templates with the noise of chats (case, missing spaces, other separators), each
 * label known because it was put there; a third holds only look-alikes. The seed makes the set.
 */
final class LabelledSet {

  record Row(String text, List<Found> labels) {}

  private static final String[] FIRST = {
    "Anna",
    "Bj\u00f6rn",
    "Chidi",
    "Dewi",
    "Elif",
    "Farid",
    "Grace",
    "Hiro",
    "In\u00eas",
    "Jos\u00e9"
  };
  private static final String[] LAST = {
    "Smith", "M\u00fcller", "Okafor", "Tanaka", "O'Brien", "Garc\u00eda", "Yilmaz", "Novak-Hill"
  };
  private static final String[] DOMAINS = {
    "example.org", "mail.example.com", "firma-x.de", "uni.ac.uk", "caf\u00e9.fr"
  };

  /** ~ stands for the label; what has none is a look-alike. */
  private static final String[] CONTACT = {
    "write me at ~ thanks", "~", "its ~, ok?", "here: ~.", "(~)", "send it to ~\nbye", "lol ~ !!!"
  };

  private static final String[] NAMED = {
    "my name is ~", "Hi, my name is ~ and I need help", "MY NAME IS ~!", "ask Mrs. ~ about it",
    "Dr ~ said so", "I met ~ yesterday", "~ here, hello", "thanks, ~"
  };

  private static final String[] DECOYS = {
    "the meeting is on 2026-03-0%d at 1%d:30:15",
    "born 0%d.1%d.1985",
    "it costs 12%d,%d00.50 euros",
    "order number 77%d21%d",
    "version 3.%d.%d is out",
    "std::map<int> %d::%d",
    "line %d of 10%d",
    "scored 3-%d, then 21-%d",
    "isbn 978-3-16-14841%d-%d",
    "my name is nothing to you %d %d",
    "the Mr in room %d%d",
    "meet me @ %d or @%d",
    "resolution 19%d0x10%d0",
    "serial 1234 5678 9012 34%d%d",
  };

  private final Random random;

  private LabelledSet(Random random) {
    this.random = random;
  }

  static List<Row> make(Random random, int count) {
    LabelledSet set = new LabelledSet(random);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          i % 3 == 0 ? set.decoy() : set.labelled(Kind.values()[i % 17 % Kind.values().length]));
    }
    return rows;
  }

  private Row decoy() {
    return new Row(of(DECOYS).formatted(random.nextInt(10), random.nextInt(10)), List.of());
  }

  private Row labelled(Kind kind) {
    String value = value(kind);
    String template = of(kind == Kind.NAME ? NAMED : CONTACT);
    int at = template.indexOf('~');
    return new Row(template.replace("~", value), List.of(new Found(kind, at, at + value.length())));
  }

  private String value(Kind kind) {
    return switch (kind) {
      case EMAIL -> email();
      case IBAN -> iban();
      case CARD -> card();
      case IP -> ip();
      case PHONE -> phone();
      case NAME -> of(FIRST) + (random.nextBoolean() ? " " + of(LAST) : "");
    };
  }

  private String email() {
    String who = of(FIRST).toLowerCase(Locale.ROOT) + of(".", "_", "") + random.nextInt(100);
    String plain = who + "@" + of(DOMAINS);
    return switch (random.nextInt(8)) {
      case 0 -> plain.toUpperCase(Locale.ROOT);
      case 1 -> plain.replace("@", " (at) ");
      case 2 -> plain.replace("@", "[at]").replace(".", "[dot]");
      case 3 -> plain.replace("@", " at ").replace(".", " dot ");
      default -> plain;
    };
  }

  private String iban() {
    String body = digits(18);
    BigInteger number = new BigInteger(body + "131400");
    String plain = "DE%02d%s".formatted(98 - number.mod(BigInteger.valueOf(97)).intValue(), body);
    return switch (random.nextInt(4)) {
      case 0 -> plain.replaceAll("(.{4})(?=.)", "$1 ");
      case 1 -> plain.toLowerCase(Locale.ROOT);
      default -> plain;
    };
  }

  private String card() {
    String body = "4" + digits(14);
    int sum = 0;
    for (int i = 0; i < body.length(); i++) {
      int digit = body.charAt(body.length() - 1 - i) - '0';
      int value = i % 2 == 1 ? digit : 2 * digit;
      sum += value > 9 ? value - 9 : value;
    }
    String plain = body + (10 - sum % 10) % 10;
    return plain.replaceAll("(.{4})(?=.)", "$1" + of("", " ", "-"));
  }

  private String ip() {
    if (random.nextInt(4) == 0) {
      return "2001:db8:%x::%x".formatted(random.nextInt(1, 65536), random.nextInt(1, 65536));
    }
    return "%d.%d.%d.%d"
        .formatted(
            random.nextInt(1, 256), random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }

  private String phone() {
    return switch (random.nextInt(6)) {
      case 0 -> "+49 170 " + digits(7);
      case 1 -> "(555) " + digits(3) + "-" + digits(4);
      case 2 -> "0170/" + digits(7);
      case 3 -> "555" + of("-", ".", " ") + digits(3) + of("-", ".", " ") + digits(4);
      case 4 -> "+1" + digits(10);
      default -> "020 7946 0" + digits(3);
    };
  }

  private String digits(int count) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append(random.nextInt(10));
    }
    return digits.toString();
  }

  private String of(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
