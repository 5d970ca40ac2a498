package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Browser;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A person's browser for one test, which must end without a script error or a breach of policy. */
abstract class PageTestBase {

  /** The person of this test, once {@link #open} was called. */
  protected ChatPage person;

  /** Opens the page in a browser of a new person. */
  protected void open(Browser.NewContextOptions options) {
    person = new ChatPage(PageIT.chromium(), PageIT.url(), options);
  }

  @AfterEach
  void leave() {
    List<String> errors = person.errors();
    person.close();
    assertEquals(List.of(), errors);
  }
}
