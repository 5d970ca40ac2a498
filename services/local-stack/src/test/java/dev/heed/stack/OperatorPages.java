package dev.heed.stack;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What operators see and do in a real browser: a person rates, a reviewer answers, trust moves. */
abstract class OperatorPages {

  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);

  private static Locator status(Page page) {
    return page.locator("#status");
  }

  @Test
  void aReviewerAnswersByKeyboardAndOperatorsSeeWhatItMoved() throws Exception {
    // Given: somebody rates a reply
    Stack stack = PageIT.stack();
    String key = Files.readString(stack.data().resolve("operator.key")).strip();
    String person = "operators-person";
    String conversation = new ChatClient(stack.url(), person).open();
    Talk talk = Talk.say(stack, person, conversation, "What is the secret of <b>soup</b>?", 8);
    assertEquals("done", talk.end(), talk::toString);
    String thumbs =
        "{\"reply_id\":\"%s\",\"kind\":\"thumbs\",\"label\":\"up\"}".formatted(talk.replyId());
    assertEquals(202, stack.request("POST", "/v1/feedback", person, thumbs).statusCode());
    List<String> errors = new ArrayList<>();
    try (BrowserContext context = PageIT.chromium().browser().newContext()) {
      Page page = context.newPage();
      page.onPageError(errors::add);
      page.onConsoleMessage(
          m -> {
            if (m.text().contains("Content Security Policy")) {
              errors.add(m.text());
            }
          });
      review(page, key);
      trust(page, key);
    }
    assertEquals(List.of(), errors);
  }

  private static void review(Page page, String key) {
    page.navigate(PageIT.url() + "/review");
    page.getByLabel("Your name here").fill("ann");
    page.getByLabel("Operators' key").fill("wrong");
    page.keyboard().press("Enter");
    assertThat(status(page)).containsText("API key", SOON);
    Axe.assertNothingGrave(page, page.url());
    page.getByLabel("Operators' key").fill(key);
    page.keyboard().press("Enter");
    // The first question comes within seconds
    assertThat(page.locator("#turn")).containsText("secret of <b>soup</b>", SOON);
    assertThat(page.locator("#asked")).isFocused();
    assertThat(page.locator("#login")).isHidden();
    assertFalse(page.content().contains("operators-person"), "blind to who rated");
    Axe.assertNothingGrave(page, page.url());
    page.keyboard().press("j");
    assertThat(status(page)).containsText("Nothing waits", SOON);
    assertThat(page.locator("#state")).containsText("1 answers to 1 items", SOON);
  }

  private static void trust(Page page, String key) {
    page.evaluate("sessionStorage.clear()");
    page.navigate(PageIT.url() + "/trust");
    assertThat(status(page)).containsText("operators' key", SOON);
    Axe.assertNothingGrave(page, page.url());
    page.getByLabel("Operators' key").fill(key);
    page.keyboard().press("Enter");
    assertThat(page.locator("#weight")).containsText("thumbs", SOON);
    assertThat(page.locator("#weight")).containsText("review", SOON);
    assertThat(page.locator("#beliefs table")).isVisible();
    assertThat(page.locator("#fallen")).containsText("Nobody fell", SOON);
    Axe.assertNothingGrave(page, page.url());
    // Drill-down by address is for who has the key only
    int status = page.request().get(PageIT.url() + "/v1/trust/summary").status();
    assertEquals(401, status);
    assertTrue(page.locator("#board").isVisible());
  }
}
