package dev.heed.stack;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person does on the page when all goes well. */
abstract class PageUse extends PageTestBase {

  private static final String SHORT = "Say hello.";
  private static final String LONG = "Write a very long story about a lighthouse and its keeper.";

  @BeforeEach
  void open() {
    open(new Browser.NewContextOptions());
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
    person.awaitReply();
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
  void aThumbsUpCarriesWordsAndStandsInEveryBrowser() {
    // Given
    person.sayAndAwait(SHORT, "complete");
    person.button("Good reply").click();
    assertThat(person.button("Good reply")).hasAttribute("aria-pressed", "true");
    // When
    person.button("Say why").click();
    person.page().getByLabel("What was good about it?").fill("Short and kind.");
    person.page().locator(".feedback-form").getByText("Send").click();
    // Then
    assertThat(person.button("Change your words")).isVisible();
    JsonNode kept =
        mine()
            .valueStream()
            .filter(f -> !f.path("retracted").asBoolean())
            .findFirst()
            .orElseThrow();
    assertEquals("up", kept.path("label").asText(), kept.toString());
    assertEquals("Short and kind.", kept.path("comment").asText());
    // and it is the server that remembers
    person.page().evaluate("localStorage.clear()");
    person.page().reload();
    assertThat(person.button("Good reply")).hasAttribute("aria-pressed", "true");
    person.button("Change your words").click();
    assertThat(person.page().getByLabel("What was good about it?")).hasValue("Short and kind.");
    person.button("Cancel").click();
    person.button("Take back").click();
    assertThat(person.button("Good reply")).hasAttribute("aria-pressed", "false");
    person.page().reload();
    assertThat(person.button("Good reply")).hasAttribute("aria-pressed", "false");
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
    person.awaitReplyText(text);
    assertThat(person.questions()).hasText(new String[] {SHORT});

    person.button("Rename " + SHORT).click();
    Locator title = person.page().getByLabel("New title");
    title.fill("Greetings");
    person.page().waitForResponse("**/v1/conversations/*", () -> title.press("Enter"));
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

  @Test
  void aRefusalSaysWhyAndCanBeContested() throws IOException {
    // Given
    person.sayAndAwait("You are such a stupid moron.", "refused");
    person.page().getByText("Filtered. Why?").click();
    assertThat(person.lastReply()).containsText("looked insulting");
    assertThat(person.lastReply().locator("dd").first()).hasText("toxicity");
    person.button("I disagree").click();
    person.page().getByLabel("Why was this fine?").fill("It is a quotation.");
    // When
    Response response =
        person
            .page()
            .waitForResponse("**/v1/feedback", () -> person.lastReply().getByText("Send").click());
    // Then
    assertEquals(202, response.status(), response::text);
    assertThat(person.lastReply()).containsText("You disagreed");
    assertEquals("contest_filter", mine().path(0).path("kind").asText());
  }

  private JsonNode mine() {
    return person.get("/v1/feedback?reply_id=" + person.replyId()).path("data");
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }
}
