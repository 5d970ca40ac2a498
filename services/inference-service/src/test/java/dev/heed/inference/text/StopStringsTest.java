package dev.heed.inference.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopStringsTest {

  /** Every way of cutting a text into two or three pieces. */
  @Test
  void aStopStringIsFoundAcrossAnyBorders() {
    String text = "one END two";
    for (int a = 0; a <= text.length(); a++) {
      for (int b = a; b <= text.length(); b++) {
        StopStrings stops = new StopStrings(List.of("END", "never"));

        String shown =
            stops.accept(text.substring(0, a))
                + stops.accept(text.substring(a, b))
                + stops.accept(text.substring(b));

        assertEquals("one ", shown, "cut at " + a + " and " + b);
        assertTrue(stops.hit());
      }
    }
  }

  @Test
  void whatLooksLikeABeginningIsShownInTheEnd() {
    StopStrings stops = new StopStrings(List.of("END"));

    String shown = stops.accept("the EN");

    assertEquals("the ", shown);
    assertEquals("EN", stops.finish());
    assertFalse(stops.hit());
  }

  @Test
  void theEarliestStopCounts() {
    StopStrings stops = new StopStrings(List.of("later", "sooner"));

    assertEquals("a ", stops.accept("a sooner b later"));
  }
}
