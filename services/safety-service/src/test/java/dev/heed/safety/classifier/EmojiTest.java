package dev.heed.safety.classifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class EmojiTest {

  @Test
  void leavesWordsOfAnyLanguageAlone() {
    String text = "naïve Grüße, 你好 — ok";
    assertSame(text, Emoji.named(text));
  }

  @Test
  void namesEmojiAndDropsTheirLooks() {
    assertEquals("you  pig ", Emoji.named("you \uD83D\uDC16"));
    assertEquals(" waving hand sign ", Emoji.named("\uD83D\uDC4B\uD83C\uDFFD"));
    assertEquals(" heavy black heart ", Emoji.named("\u2764\uFE0F"));
    assertEquals(" man  woman ", Emoji.named("\uD83D\uDC68\u200D\uD83D\uDC69"));
  }

  @Test
  void namesWhatUnicodeDoesNotDefine() {
    assertEquals(" symbol ", Emoji.named("\uD83E\uDEFF"));
  }
}
