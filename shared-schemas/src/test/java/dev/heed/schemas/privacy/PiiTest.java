package dev.heed.schemas.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.schemas.privacy.Pii.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found in texts and what is left alone. */
class PiiTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "on 2026-11-23 at 12:30:45",
        "born 23.11.1970 or 11/23/1970",
        "pi is 3.14159265 and e is 2.71828",
        "version 1.2.3.4444",
        "there are 1234567 of them",
        "std::vector<int> and a::b",
        "a $1 bill, a \\back\\slash and {braces}",
        "me@home, look (at) this",
        "my name is not important",
        "Dr. who cares",
        "The Mr in front of it",
        "4111 1111 1111 1112",
        "0000000000000000",
        "isbn 978-3-16-148410-0",
        "std::map<int> 5::9",
        "meet at example.org",
        "",
      })
  void whatReachesNobodyStays(String text) {
    assertEquals(text, Pii.scrub(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write to anna.b+x@mail.example.org now | write to [EMAIL] now",
        "Mail me at a.b@c.co. Thanks | Mail me at [EMAIL]. Thanks",
        "anna dot b at example dot org | [EMAIL]",
        "anna (at) example (dot) org | [EMAIL]",
        "j\u00fcrgen@m\u00fcller.de | [EMAIL]",
        "call +49 170 1234567 please | call [PHONE] please",
        "call (555) 123-4567. | call [PHONE].",
        "card 4111-1111-1111-1111 | card [CARD]",
        "IBAN DE89 3704 0044 0532 0130 00 | IBAN [IBAN]",
        "IBAN DE89 3704 0044 0532 0130 00 with thanks | IBAN [IBAN] with thanks",
        "gb29nwbk60161331926819 pays | [IBAN] pays",
        "(020 7946 0574) | ([PHONE])",
        "from 192.168.10.254, he said | from [IP], he said",
        "from 2001:db8:85a3::8a2e:370:7334 | from [IP]",
        "a@b.co and c@d.co | [EMAIL] and [EMAIL]",
        "My name is Anna Maria and I ask | My name is [NAME] and I ask",
        "ask Mrs. O'Neill, please | ask Mrs. [NAME], please",
      })
  void whatReachesAPersonIsReplaced(String text, String clean) {
    assertEquals(clean, Pii.scrub(text));
  }

  @Test
  void noTextMakesItSlow() {
    List<String> nasty =
        List.of(
            "a".repeat(32_000),
            "a@".repeat(16_000),
            "a.".repeat(16_000) + "@",
            "1-".repeat(16_000),
            "1".repeat(32_000),
            ":".repeat(32_000),
            "DE12 ".repeat(6_400),
            "a@" + "b.".repeat(16_000),
            "a(at)" + "b(dot)".repeat(5_000),
            "+(1)".repeat(8_000),
            "my name is ".repeat(3_000),
            "Mr " + "A".repeat(32_000),
            "\uD83D".repeat(32_000));
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> nasty.forEach(Pii::scrub));
  }

  @Test
  void recallAndPrecisionOnTheLabelledSet() {
    Map<Kind, int[]> counts = new EnumMap<>(Kind.class);
    for (Kind kind : Kind.values()) {
      counts.put(kind, new int[3]);
    }
    for (LabelledSet.Row row : LabelledSet.make(new Random(20261125), 3000)) {
      Set<Pii.Found> right = new HashSet<>(row.labels());
      Set<Pii.Found> found = new HashSet<>(Pii.find(row.text()));
      right.forEach(label -> counts.get(label.kind())[found.contains(label) ? 0 : 1]++);
      found.stream().filter(f -> !right.contains(f)).forEach(f -> counts.get(f.kind())[2]++);
    }
    counts.forEach(
        (kind, c) ->
            System.out.printf(
                "pii %s: hit %d, missed %d, wrong %d, recall %.3f, precision %.3f%n",
                kind,
                c[0],
                c[1],
                c[2],
                c[0] / (double) (c[0] + c[1]),
                c[0] / (double) (c[0] + c[2])));
    for (Kind kind : Set.of(Kind.EMAIL, Kind.IBAN, Kind.CARD, Kind.IP, Kind.PHONE)) {
      int[] c = counts.get(kind);
      assertTrue(c[0] >= 0.9 * (c[0] + c[1]), () -> "recall of " + kind);
      assertTrue(c[0] >= 0.9 * (c[0] + c[2]), () -> "precision of " + kind);
    }
    int[] names = counts.get(Kind.NAME);
    // Conservative by design: what it marks is a name, many names are not marked.
    assertTrue(names[0] >= 0.9 * (names[0] + names[2]), "precision of names");
    assertTrue(names[0] >= 0.4 * (names[0] + names[1]), "recall of names");
  }
}
