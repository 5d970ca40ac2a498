package dev.heed.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Uuid7Test {

  @Test
  void itIsOfVersion7AndVariant2AndCarriesItsTime() {
    long millis = 1_795_000_000_123L;
    for (int i = 0; i < 1_000; i++) {
      UUID id = Uuid7.at(millis);
      assertEquals(7, id.version());
      assertEquals(2, id.variant());
      assertEquals(millis, id.getMostSignificantBits() >>> 16);
      assertTrue(Uuid7.isValid(id.toString()));
    }
  }

  @Test
  void textOfALaterMomentSortsLater() {
    String earlier = Uuid7.at(1_000).toString();
    for (long millis = 1_001; millis < 3_000_000_000_000L; millis *= 2) {
      String later = Uuid7.at(millis).toString();
      assertTrue(earlier.compareTo(later) < 0, earlier + " " + later);
      earlier = later;
    }
  }

  @Test
  void noTwoAreTheSame() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      assertTrue(ids.add(Uuid7.randomString()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "01a20a53-4b8a-44c5-9a52-5ffdfe05fe98", // version 4
        "01a20a53-4b8a-74c5-ca52-5ffdfe05fe98", // variant 6
        "01a20a53-4b8a-74c5-9a52-5ffdfe05fe9", // short
        "01a20a53-4b8a-74c5-9a52-5ffdfe05fe988", // long
        "01a20a534b8a74c59a525ffdfe05fe9801a2", // no hyphens
        "1-4b8a-74c5-9a52-5ffdfe05fe98-000000", // hyphens elsewhere
        "01a20a53-4b8a-74c5-9a52-5ffdfe05feg8", // no hex
      })
  void whatIsNotOneIsNotValid(String text) {
    assertFalse(Uuid7.isValid(text));
  }
}
