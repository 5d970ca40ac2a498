package dev.heed.stack;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a person does on the page, in a real browser, with the real services and model behind it.
 */
class PageIT {

  private static final String TURNS = "**/v1/conversations/*/turns";
  private static final String SHORT = "Say hello.";
  private static final String LONG = "Write a very long story about a lighthouse and its keeper.";

  private static ServedStack stack;
  private static Chromium chromium;

  private ChatPage person;

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

  @BeforeEach
  void open() {
    person = new ChatPage(chromium, stack.url(), new Browser.NewContextOptions());
  }

  @AfterEach
  void leave() {
    List<String> errors = person.errors();
    person.close();
    assertEquals(List.of(), errors);
  }

  @Test
  void anEmptyPageSaysWhatThisIsAndASuggestionBeginsAChat() {
    // Given
    Locator suggestions =
        person.page().getByRole(AriaRole.LIST, named("Suggestions")).getByRole(AriaRole.BUTTON);
    assertThat(suggestions).hasCount(3);
    String suggestion = suggestions.first().innerText();
    // When
    suggestions.first().click();
    // Then
    assertThat(person.questions().first()).hasText(suggestion);
    person.awaitPartOfReply();
  }

  @Test
  void theReplyIsReadWhileItIsWritten() {
    // When
    person.say(LONG);
    person.awaitPartOfReply();
    // Then
    String part = person.lastReplyText().innerText().strip();
    person.awaitStatus("complete");
    String whole = person.lastReplyText().innerText().strip();
    assertTrue(whole.length() > part.length(), () -> part + " / " + whole);
    assertEquals("complete", person.stored().path("messages").path(1).path("status").asText());
  }

  @Test
  void scriptInAPersonsTextDoesNothing() {
    // Given
    String text = "Hi <img src=x onerror=\"window.hit=1\"><script>window.hit=1</script>";
    // When
    person.sayAndAwait(text, "complete");
    person.page().reload();
    // Then
    assertThat(person.questions().first()).hasText(text);
    assertNull(person.page().evaluate("window.hit"));
    assertThat(person.page().locator(".scroller img, .scroller script")).hasCount(0);
  }

  /** No model writes this when asked to, so the browser is handed it in the place of a reply. */
  @Test
  void scriptInAReplyDoesNothing() {
    // Given
    String reply =
        "<script>window.hit=1</script> <img src=x onerror='window.hit=1'> <svg onload='window.hit=1'>"
            + "\\n\\n[go](javascript:window.hit=1) [out](https://example.org/a) ![i](https://example.org/i.png)"
            + "\\n\\n<a href='#' onclick='window.hit=1'>c</a> <form action='/x'><input name=body></form>\\n\\n"
            + "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>\\n\\n```html\\n<b onmouseover='window.hit=1'>x</b>\\n```";
    answerWith("event: chunk\nid: 0-0\ndata: {\"text\":\"" + reply + "\"}\n\n" + DONE);
    // When
    person.sayAndAwait(SHORT, "complete");
    // Then
    Locator body = person.lastReplyText();
    assertThat(body.locator("pre")).containsText("onmouseover");
    assertThat(body.locator("script, img, svg:not(.icon), iframe, form, input, [onclick]"))
        .hasCount(0);
    assertThat(body.locator("a[href^='javascript' i]")).hasCount(0);
    assertThat(body.locator("a[href='https://example.org/a']"))
        .hasAttribute("rel", Pattern.compile("noopener.*nofollow"));
    assertNull(person.page().evaluate("window.hit"));
    assertEquals(List.of(), person.foreignRequests());
  }

  @Test
  void thumbsDownCarriesReasonsAndABetterAnswerAndCanBeTakenBack() throws IOException {
    // Given
    person.sayAndAwait(SHORT, "complete");
    person.button("Bad reply").click();
    person.page().getByLabel("Nonsensical or incorrect").check();
    person.page().getByLabel("Anything else?").fill("It was not what I asked.");
    person.page().getByLabel("A better answer would be").fill("Hello to you.");
    // When
    Response response =
        person
            .page()
            .waitForResponse(
                "**/v1/feedback",
                () ->
                    person
                        .page()
                        .getByRole(AriaRole.FORM, named("What was wrong with this reply"))
                        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Send"))
                        .click());
    // Then
    assertEquals(202, response.status(), response::text);
    JsonNode sent = Stack.JSON.readTree(response.request().postData());
    assertEquals("thumbs", sent.path("kind").asText());
    assertEquals("down", sent.path("label").asText());
    JsonNode kept = mine().path(0);
    assertEquals("NONSENSICAL", kept.path("reasons").path(0).asText(), kept.toString());
    assertEquals("Hello to you.", kept.path("better_answer").asText());
    assertThat(person.button("Bad reply")).hasAttribute("aria-pressed", "true");

    Response retracted =
        person.page().waitForResponse("**/v1/feedback/*", () -> person.button("Take back").click());
    assertEquals(202, retracted.status(), retracted::text);
    assertThat(person.button("Bad reply")).hasAttribute("aria-pressed", "false");
    assertTrue(mine().path(0).path("retracted").asBoolean(), () -> mine().toString());
  }

  @Test
  void aThumbsUpCanBecomeAThumbsDown() {
    // Given
    person.sayAndAwait(SHORT, "complete");
    person.button("Good reply").click();
    assertThat(person.button("Good reply")).hasAttribute("aria-pressed", "true");
    // When
    person.button("Bad reply").click();
    person.page().locator(".feedback-form").getByText("Send").click();
    // Then
    assertThat(person.button("Bad reply")).hasAttribute("aria-pressed", "true");
    assertThat(person.button("Good reply")).hasAttribute("aria-pressed", "false");
    assertEquals(
        1,
        mine()
            .valueStream()
            .filter(
                f -> f.path("label").asText().equals("down") && !f.path("retracted").asBoolean())
            .count());
    assertEquals(
        0,
        mine()
            .valueStream()
            .filter(f -> f.path("label").asText().equals("up") && !f.path("retracted").asBoolean())
            .count());
  }

  @Test
  void stopEndsTheReply() {
    // Given
    person.say(LONG);
    person.awaitPartOfReply();
    // When
    Response response =
        person.page().waitForResponse("**/cancel", () -> person.button("Stop").click());
    // Then
    assertEquals(202, response.status());
    person.awaitStatus("cancelled");
    assertThat(person.button("Send")).isVisible();
    assertFalse(person.lastReplyText().innerText().isBlank());
  }

  @Test
  void consentIsOffUntilItIsSwitchedOn() {
    // Given
    person.sayAndAwait(SHORT, "complete");
    assertFalse(person.stored().path("share_consent").asBoolean());
    person.page().getByText("Not shared").click();
    Locator toggle = person.page().getByRole(AriaRole.SWITCH);
    assertThat(toggle).hasAttribute("aria-checked", "false");
    // When
    Response response = person.page().waitForResponse("**/v1/conversations/*", toggle::click);
    // Then
    assertEquals(200, response.status(), response::text);
    assertTrue(person.stored().path("share_consent").asBoolean());
    person.page().reload();
    assertThat(person.page().getByText("Shared", new Page.GetByTextOptions().setExact(true)))
        .isVisible();
  }

  @Test
  void aConversationSurvivesReloadIsRenamedAndDeleted() {
    // Given
    person.sayAndAwait(SHORT, "complete");
    String text = person.lastReplyText().innerText();
    // When
    person.page().reload();
    // Then
    assertThat(person.lastReplyText()).hasText(text);
    assertThat(person.questions()).hasText(new String[] {SHORT});

    person.button("Rename " + SHORT).click();
    Locator title = person.page().getByLabel("New title");
    title.fill("Greetings");
    title.press("Enter");
    assertThat(person.page().getByRole(AriaRole.HEADING, named("Greetings"))).isVisible();
    person.page().reload();
    assertThat(person.page().getByRole(AriaRole.LINK, named("Greetings"))).isVisible();

    person.button("Delete Greetings").click();
    person
        .page()
        .getByRole(AriaRole.DIALOG)
        .getByText("Delete", new Locator.GetByTextOptions().setExact(true))
        .click();
    assertThat(person.page().getByRole(AriaRole.LINK, named("Greetings"))).hasCount(0);
    assertEquals(0, person.get("/v1/conversations").path("data").size());
  }

  /** The first connection is cut in the middle of what the real service sent. */
  @Test
  void aBrokenConnectionIsTakenUpWhereItStopped() {
    // Given
    person
        .page()
        .route(
            TURNS,
            route -> {
              var answer = route.fetch(new Route.FetchOptions().setTimeout(ChatPage.REPLY_MILLIS));
              String body = answer.text();
              int secondChunk = body.indexOf("event: chunk", body.indexOf("event: chunk") + 1);
              int cut =
                  secondChunk < 0 ? body.length() / 2 : body.lastIndexOf("\n\n", secondChunk) + 2;
              route.fulfill(
                  new Route.FulfillOptions()
                      .setStatus(answer.status())
                      .setHeaders(answer.headers())
                      .setBody(body.substring(0, cut)));
            });
    // When
    var resumed =
        person
            .page()
            .waitForRequest("**/replies/*/stream", () -> person.say("Count to five in words."));
    // Then
    assertTrue(resumed.headers().containsKey("last-event-id"), () -> resumed.headers().toString());
    person.awaitStatus("complete");
    String shown = person.lastReplyText().innerText();
    person.page().reload();
    assertThat(person.lastReplyText()).hasText(shown);
  }

  @Test
  void aBusyServiceSaysWhenToComeBackAndTheTextIsKept() {
    // Given
    person
        .page()
        .route(
            TURNS,
            route ->
                route.fulfill(
                    new Route.FulfillOptions()
                        .setStatus(503)
                        .setHeaders(
                            Map.of("Retry-After", "7", "Content-Type", "application/problem+json"))
                        .setBody("{\"type\":\"urn:heed:problem:busy\",\"status\":503}")));
    // When
    person.say(SHORT);
    // Then
    assertThat(person.page().getByRole(AriaRole.ALERT)).containsText("try again in 7 seconds");
    assertThat(person.messageBox()).hasValue(SHORT);
    assertThat(person.questions()).hasCount(0);
    person.page().reload();
    assertThat(person.messageBox()).hasValue(SHORT);
  }

  @Test
  void aFilteredReplySaysWhyAndCanBeContested() {
    // Given
    answerWith(
        "event: refusal\nid: 0-0\ndata: {\"text\":\"Let us talk about something else.\",\"category\":\"hate\",\"source\":\"MATCHER\",\"score\":0.93}\n\n");
    person.sayAndAwait(SHORT, "refused");
    person.page().getByText("Filtered. Why?").click();
    assertThat(person.lastReply()).containsText("looked hateful");
    assertThat(person.lastReply()).containsText("93 %");
    person.button("I disagree").click();
    person.page().getByLabel("Why was this fine?").fill("It was a greeting.");
    // When
    var request =
        person
            .page()
            .waitForRequest("**/v1/feedback", () -> person.lastReply().getByText("Send").click());
    // Then
    assertTrue(request.postData().contains("\"kind\":\"contest_filter\""), request.postData());
  }

  private static final String DONE =
      "event: done\nid: 0-1\ndata: {\"finish_reason\":\"stop\",\"usage\":{}}\n\n";

  /** Hands the page these events in the place of the service's. */
  private void answerWith(String events) {
    String turn = "event: turn\ndata: {\"turn_id\":\"t\",\"reply_id\":\"0199-none\"}\n\n";
    person
        .page()
        .route(
            TURNS,
            route ->
                route.fulfill(
                    new Route.FulfillOptions()
                        .setStatus(200)
                        .setContentType("text/event-stream")
                        .setBody(turn + events)));
  }

  private JsonNode mine() {
    return person.get("/v1/feedback?reply_id=" + person.replyId()).path("data");
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }
}
