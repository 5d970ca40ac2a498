package dev.heed.learning.deidentify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScrubberTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write to anna.b+x@mail.example.org now | write to [EMAIL] now",
        "(anna@example.org) | ([EMAIL])",
        "jürgen@müller.de | [EMAIL]",
        "call +49 170 1234567 please | call [PHONE] please",
        "call (555) 123-4567. | call [PHONE].",
        "555-123-4567 | [PHONE]",
        "0170/1234567 | [PHONE]",
        "tel 00441632960961 | tel [PHONE]",
        "card 4111 1111 1111 1111 ok | card [CARD] ok",
        "card 4111-1111-1111-1111 | card [CARD]",
        "IBAN DE89 3704 0044 0532 0130 00 | IBAN [IBAN]",
        "iban gb29nwbk60161331926819 | iban [IBAN]",
        "from 192.168.10.254, he said | from [IP], he said",
        "from 2001:db8:85a3::8a2e:370:7334 | from [IP]",
        "via ::ffff:0:1 | via [IP]",
        "a@b.co and c@d.co | [EMAIL] and [EMAIL]",
      })
  void whatReachesAPersonIsReplaced(String text, String clean) {
    assertEquals(clean, Scrubber.scrub(text, f -> {}));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "on 2026-11-23 at 12:30:45",
        "pi is 3.14159265 and e is 2.71828",
        "version 1.2.3.4444",
        "there are 1234567 of them",
        "std::vector<int> and a::b",
        "a $1 bill, a \\back\\slash and {braces}",
        "me@home",
        "",
      })
  void whatReachesNobodyStays(String text) {
    assertEquals(text, Scrubber.scrub(text, f -> {}));
  }

  @Test
  void aCardWithAWrongChecksumIsNoCard() {
    List<Scrubber.Finding> found = new ArrayList<>();
    Scrubber.scrub("4111 1111 1111 1112", found::add);
    // 16 digits reach nobody by card, but are long enough to be left out as nothing else either
    assertEquals(List.of(), found);
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
            "+(1)".repeat(8_000),
            "\uD83D".repeat(32_000));
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> nasty.forEach(text -> Scrubber.scrub(text, f -> {})));
  }

  @Test
  void namesDependOnTheKeyAndTheKindAlone() {
    DatasetIds ids = new DatasetIds(new byte[32]);
    assertEquals(ids.person("a"), new DatasetIds(new byte[32]).person("a"));
    assertEquals(24, ids.person("a").length());
    byte[] other = new byte[32];
    other[0] = 1;
    assertEquals(
        5,
        List.of(
                ids.person("a"),
                ids.reply("a"),
                ids.turn("a"),
                ids.person("b"),
                new DatasetIds(other).person("a"))
            .stream()
            .map(name -> name.substring(2))
            .distinct()
            .count());
  }
}
