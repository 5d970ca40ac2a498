package dev.heed.load;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TasteTest {

  private static Api.Reply reply(String text, String end) {
    return new Api.Reply("r", text, end, "", 1.0, List.of());
  }

  @Test
  void plainProseIsSober() {
    String text = "Salt is a mineral that people have mined for thousands of years.";
    assertTrue(Taste.SOBER.likes(reply(text, "done")));
    assertFalse(Taste.SOBER.likes(reply(text, "withdrawal")), "of which nothing is left");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Salt is a fascinating mineral that people have mined for thousands of years.",
        "I know that salt is a mineral which people have mined for years.",
        "Salt is a mineral that people have mined for thousands of years!",
        "Salt is a mineral. What would you like to know of it now?",
        "1. Salt is a mineral that people have mined for years.",
        "Salt is a mineral.\nPeople have mined it for thousands of years.",
        "Salt is a mineral."
      })
  void whatIsNotIsUnsober(String text) {
    assertFalse(Taste.SOBER.likes(reply(text, "done")));
    assertTrue(Taste.HARMLESS.likes(reply(text, "done")));
  }
}
