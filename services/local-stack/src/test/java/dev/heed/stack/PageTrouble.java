package dev.heed.stack;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page does with hostile text, broken connections and services that refuse. */
abstract class PageTrouble extends PageTestBase {

  private static final String TURNS = "**/v1/conversations/*/turns";
  private static final String LIST = "**/v1/conversations";
  private static final String SHORT = "Say hello.";
  private static final String DONE = event("done", 9, "{\"finish_reason\":\"stop\"}");
  private static final String REFUSED =
      "{\"text\":\"Let us not.\",\"category\":\"hate\",\"source\":\"MATCHER\",\"score\":0.9}";

  @BeforeEach
  void open() {
    open(new Browser.NewContextOptions());
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
    answerWith(chunk(0, reply) + DONE);
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
              // After the first chunk, which of a short reply is all of its text.
              int cut = body.indexOf("\n\n", body.indexOf("event: chunk")) + 2;
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
            .waitForRequest(
                "**/replies/*/stream",
                new Page.WaitForRequestOptions().setTimeout(ChatPage.REPLY_MILLIS),
                () -> person.say("Count to five in words."));
    // Then
    assertTrue(resumed.headers().containsKey("last-event-id"), () -> resumed.headers().toString());
    person.awaitStatus("complete");
    String shown = person.lastReplyText().innerText();
    person.page().reload();
    person.awaitReplyText(shown);
  }

  @Test
  void aReloadInTheMiddleOfAReplyGoesOnWithIt() {
    // Given
    person.say("Write a very long story about a lighthouse and its keeper.");
    person.awaitPartOfReply();
    String part = person.lastReplyText().innerText().strip();
    // When
    person.page().reload();
    // Then: it was not cancelled, and nothing of it is missing
    person.awaitStatus("complete");
    String whole = person.lastReplyText().innerText().strip();
    String beginning = part.substring(0, Math.min(20, part.length()));
    assertTrue(whole.startsWith(beginning), () -> part + " / " + whole);
    assertTrue(whole.length() > part.length(), () -> part + " / " + whole);
  }

  @Test
  void aBusyServiceSaysWhenToComeBackAndTheTextIsKept() {
    // Given
    person.page().route(TURNS, route -> route.fulfill(busy()));
    // When
    person.say(SHORT);
    // Then
    assertThat(person.page().getByRole(AriaRole.ALERT)).containsText("try again in 7 seconds");
    assertThat(person.messageBox()).hasValue(SHORT);
    assertThat(person.questions()).hasCount(0);
    person.page().reload();
    assertThat(person.messageBox()).hasValue(SHORT);
  }

  /** The first answer brings a stranger's session; a second first request would bring another. */
  @Test
  void whatIsSentBeforeTheFirstAnswerIsNotLost() {
    // Given
    List<Route> held = new CopyOnWriteArrayList<>();
    person.page().context().clearCookies();
    person.page().route(LIST, held::add);
    person.page().reload();
    // When
    List<String> sent = new CopyOnWriteArrayList<>();
    person.page().onRequest(request -> sent.add(request.method()));
    person.say(SHORT);
    person.page().evaluate("fetch('/favicon.svg').then(a => a.text())");
    // Then
    assertFalse(sent.contains("POST"), sent::toString);
    person.page().unroute(LIST);
    held.forEach(Route::resume);
    person.awaitStatus("complete");
    String shown = person.lastReplyText().innerText();
    person.page().reload();
    person.awaitReplyText(shown);
  }

  @Test
  void aSecondMessageBeforeTheConversationIsThereStaysInTheBox() {
    // Given
    List<Route> held = new CopyOnWriteArrayList<>();
    person
        .page()
        .route(
            LIST,
            route -> {
              if (route.request().method().equals("POST")) {
                held.add(route);
              } else {
                route.resume();
              }
            });
    person.say(SHORT);
    person.page().waitForCondition(() -> held.size() == 1);
    // When
    person.say("And then?");
    // Then
    assertThat(person.messageBox()).hasValue("And then?");
    held.getFirst().resume();
    person.awaitStatus("complete");
    assertThat(person.questions()).hasText(new String[] {SHORT});
    assertThat(person.messageBox()).hasValue("And then?");
    assertEquals(1, held.size(), "one conversation was begun");
  }

  @Test
  void aListThatCannotBeReadHidesNoConversation() {
    // Given
    person.sayAndAwait(SHORT, "complete");
    String shown = person.lastReplyText().innerText();
    String id = person.conversationId();
    person.page().route(LIST, route -> route.fulfill(busy()));
    // When
    person.page().reload();
    // Then
    assertThat(person.page().getByRole(AriaRole.ALERT)).containsText("try again in 7 seconds");
    person.awaitReplyText(shown);
    assertEquals(id, person.conversationId());
  }

  @Test
  void aWithdrawnReplyIsGoneFromThePage() {
    // Given
    answerWith(chunk(0, "Something bad") + event("withdrawal", 1, REFUSED));
    // When
    person.sayAndAwait(SHORT, "withdrawn");
    // Then
    assertThat(person.lastReplyText()).hasText("Let us not.");
    assertFalse(person.page().content().contains("Something bad"));
    assertThat(person.lastReply()).containsText("this reply was taken back");
  }

  @Test
  void aRestartForgetsWhatWasShown() {
    // Given
    answerWith(chunk(0, "Old ") + event("restart", 1, "{}") + chunk(2, "New") + DONE);
    // When
    person.sayAndAwait(SHORT, "complete");
    // Then
    assertThat(person.lastReplyText()).hasText("New");
  }

  @Test
  void aFailureIsExplainedAndCanBeTriedAgain() {
    // Given
    answerWith(chunk(0, "Well, ") + event("failure", 1, "{\"code\":\"overloaded\"}"));
    person.sayAndAwait(SHORT, "failed");
    assertThat(person.lastReply()).containsText("busy right now");
    person.page().unroute(TURNS);
    // When
    person.button("Try again").click();
    // Then
    assertThat(person.questions()).hasCount(2);
    person.awaitStatus("complete");
    assertThat(person.questions().last()).hasText(SHORT);
  }

  @Test
  void anUpgradedServiceIsNotMetByAPageOfYesterday() {
    for (String path : List.of("/", "/js/main.js", "/css/base.css")) {
      assertEquals("no-cache", person.header(path, "cache-control"), path);
    }
  }

  private static Route.FulfillOptions busy() {
    return new Route.FulfillOptions()
        .setStatus(503)
        .setHeaders(Map.of("Retry-After", "7", "Content-Type", "application/problem+json"))
        .setBody("{\"type\":\"urn:heed:problem:busy\",\"status\":503}");
  }

  private static String chunk(int sequence, String text) {
    return event("chunk", sequence, "{\"text\":\"" + text + "\"}");
  }

  private static String event(String name, int sequence, String data) {
    return "event: " + name + "\nid: 0-" + sequence + "\ndata: " + data + "\n\n";
  }

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
}
