package dev.heed.stack;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The page in a real browser, with the real services and model behind it, started once. */
class PageIT {

  private static ServedStack stack;
  private static Chromium chromium;

  @BeforeAll
  static void up() throws IOException, InterruptedException {
    stack = new ServedStack();
    chromium = new Chromium();
  }

  @AfterAll
  static void down() throws IOException, InterruptedException {
    chromium.close();
    stack.close();
  }

  static String url() {
    return stack.url();
  }

  static Chromium chromium() {
    return chromium;
  }

  @Nested
  class Use extends PageUse {}

  @Nested
  class Trouble extends PageTrouble {}

  @Nested
  class Access extends PageAccess {}
}
