package dev.heed.stack;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A whole round on the running stack, begun, followed and taken back on the operators' page. */
class LearningPageIT {

  private static final int LONG = 150_000;
  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);
  private static final LocatorAssertions.ContainsTextOptions LATER =
      new LocatorAssertions.ContainsTextOptions().setTimeout(LONG);

  private static Stack stack;
  private static Chromium chromium;
  private static String key;

  @BeforeAll
  static void up() throws IOException, InterruptedException {
    stack = Stack.inNewFolder();
    RatedTalk.write(stack.data(), 500);
    stack
        .with(
            Map.of(
                "HEED_LEARNING_GATES_PROBES", "6",
                "HEED_LEARNING_GATES_REFUSAL_RISE", "1",
                "HEED_LEARNING_GATES_LEAST_GAIN", "-1",
                "HEED_LEARNING_GATES_UNSAFE_RISE", "1",
                "HEED_LEARNING_GATES_RATING_MILLIS", "5000",
                "HEED_LEARNING_RELEASE_SHADOW", "1s",
                "HEED_LEARNING_RELEASE_SHARE", "0.5"))
        .up();
    chromium = new Chromium();
    key = Files.readString(stack.data().resolve("operator.key")).strip();
  }

  @AfterAll
  static void down() throws IOException, InterruptedException {
    chromium.close();
    stack.close();
  }

  @Test
  void anOperatorHoldsARoundWatchesItsCanaryAndTakesItBack() throws Exception {
    List<String> errors = new ArrayList<>();
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.onPageError(errors::add);
      page.onDialog(dialog -> dialog.accept());
      page.navigate(stack.url() + "/learning");
      assertThat(page.locator("#status")).containsText("operators' key", SOON);
      page.getByLabel("Operators' key").fill(key);
      page.keyboard().press("Enter");
      assertThat(page.locator("#serving")).containsText("base model alone", SOON);
      // When: of the 500 rated exchanges that the log holds
      page.getByText("Begin a round").click();
      // Then
      assertThat(page.locator("#rounds")).containsText("released", LATER);
      assertThat(page.locator("#serving")).containsText("canary for 50 %", SOON);
      page.getByLabel("Round 1", new Page.GetByLabelOptions().setExact(true)).click();
      assertThat(page.locator("#gates")).containsText("held-out", SOON);
      Axe.assertNothingGrave(page, page.url());
      lineage(page);
      page.screenshot(
          new Page.ScreenshotOptions()
              .setPath(Path.of("target/learning-page.png"))
              .setFullPage(true));
      page.getByText("Roll back reward@1").click();
      assertThat(page.locator("#serving")).containsText("base model alone", SOON);
      assertThat(page.locator("#releases")).containsText("withdrawn", SOON);
    }
    assertEquals(List.of(), errors);
    commands();
  }

  private static void lineage(Page page) {
    page.getByLabel("Reply, release, round or data version").fill("v000001");
    page.getByText("Look up").click();
    assertThat(page.locator("#lineage")).containsText("reward@1", SOON);
  }

  private static void commands() throws IOException, InterruptedException {
    JsonNode status = json(stack.heed("learn", "status", "--json"));
    assertEquals("withdrawn", status.path("releases").path(0).path("stage").asText());
    JsonNode lineage = json(stack.heed("learn", "lineage", "reward@1", "--json"));
    assertEquals("v000001", lineage.path("data").path("version").asText());
    JsonNode verified = json(stack.heed("data", "verify", "--json"));
    assertTrue(verified.path("sound").asBoolean(), verified::toString);
    assertEquals(404, stack.request("POST", "/v1/learning/rollback", key, "").statusCode());
    assertEquals(401, stack.request("GET", "/v1/learning/summary", "wrong", null).statusCode());
  }

  private static JsonNode json(Stack.Outcome outcome) throws IOException {
    assertEquals(0, outcome.code(), outcome.out());
    return Stack.JSON.readTree(outcome.out().substring(outcome.out().indexOf('{')));
  }
}
