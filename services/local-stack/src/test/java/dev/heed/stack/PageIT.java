package dev.heed.stack;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;

/** The pages in a real browser, with the real services and model behind them, started once. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class PageIT {

  private static Stack stack;
  private static Chromium chromium;

  @BeforeAll
  static void up() throws IOException, InterruptedException {
    stack = Stack.inNewFolder().withMatcherOnly().up();
    chromium = new Chromium();
  }

  @AfterAll
  static void down() throws IOException, InterruptedException {
    chromium.close();
    stack.close();
  }

  static Stack stack() {
    return stack;
  }

  static String url() {
    return stack.url();
  }

  static Chromium chromium() {
    return chromium;
  }

  // First, while nobody else has rated anything.
  @Nested
  @Order(1)
  class Operators extends OperatorPages {}

  @Nested
  class Use extends PageUse {}

  @Nested
  class Trouble extends PageTrouble {}

  @Nested
  class Access extends PageAccess {}
}
