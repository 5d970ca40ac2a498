package dev.heed.stack;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Heed's page as a person uses it: a browser of their own, with its own session. */
final class ChatPage implements AutoCloseable {

  /** Generous, because the model shares the machine with the tests. */
  static final double REPLY_MILLIS = 90_000;

  private static final double STEP_MILLIS = 20_000;

  private final String url;
  private final BrowserContext context;
  private final Page page;
  private final List<String> errors = new ArrayList<>();
  private final List<String> foreignRequests = new ArrayList<>();

  ChatPage(Chromium chromium, String url, Browser.NewContextOptions options) {
    this.url = url;
    context = chromium.browser().newContext(options);
    context.setDefaultTimeout(STEP_MILLIS);
    page = context.newPage();
    page.onPageError(errors::add);
    page.onConsoleMessage(
        message -> {
          if (message.text().contains("Content Security Policy")) {
            errors.add(message.text());
          }
        });
    page.onRequest(
        request -> {
          if (!request.url().startsWith(url)) {
            foreignRequests.add(request.url());
          }
        });
    page.navigate(url + "/");
    assertThat(messageBox()).isVisible();
  }

  Page page() {
    return page;
  }

  /** Script errors and violations of the content security policy. */
  List<String> errors() {
    return errors;
  }

  /** Requests that left the service. */
  List<String> foreignRequests() {
    return foreignRequests;
  }

  Locator messageBox() {
    return page.getByRole(AriaRole.TEXTBOX, exactly("Message"));
  }

  Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private static Page.GetByRoleOptions exactly(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  Locator lastReply() {
    return page.locator(".message.assistant").last();
  }

  Locator lastReplyText() {
    return lastReply().locator(".body");
  }

  Locator questions() {
    return page.locator(".message.user .body");
  }

  /** Sends a message by the keyboard. */
  void say(String text) {
    messageBox().fill(text);
    messageBox().press("Enter");
  }

  /** Sends a message and waits until its reply ended in that status. */
  Locator sayAndAwait(String text, String status) {
    int before = questions().count();
    say(text);
    assertThat(questions()).hasCount(before + 1);
    awaitStatus(status);
    return lastReply();
  }

  /** Waits until the last reply reads like that: as people see it, line breaks are white space. */
  void awaitReplyText(String text) {
    assertThat(lastReplyText())
        .hasText(text, new LocatorAssertions.HasTextOptions().setUseInnerText(true));
  }

  void awaitStatus(String status) {
    assertThat(lastReply())
        .hasAttribute(
            "data-status",
            status,
            new LocatorAssertions.HasAttributeOptions().setTimeout(REPLY_MILLIS));
  }

  /**
   * Waits until an answer can be read: some of a reply, all of a short one, or why there is none.
   */
  void awaitReply() {
    assertThat(lastReplyText().locator("p:not(.writing)").first())
        .containsText(
            Pattern.compile("\\S"),
            new LocatorAssertions.ContainsTextOptions().setTimeout(REPLY_MILLIS));
  }

  /** Waits until part of a reply can be read while the rest is still being written. */
  void awaitPartOfReply() {
    page.waitForFunction(
        """
        () => {
          const reply = [...document.querySelectorAll('.message.assistant')].at(-1);
          return reply?.dataset.status === 'streaming' && reply.querySelector('.body p:not(.writing):not(.note)')?.textContent.trim();
        }
        """,
        null,
        new Page.WaitForFunctionOptions().setTimeout(REPLY_MILLIS));
  }

  String conversationId() {
    page.waitForURL(address -> address.contains("#/c/"));
    return page.url().substring(page.url().lastIndexOf('/') + 1);
  }

  String replyId() {
    return lastReply().getAttribute("data-reply");
  }

  /** The open conversation as the service keeps it. */
  JsonNode stored() {
    return get("/v1/conversations/" + conversationId());
  }

  /** Asks the service in this person's session. */
  JsonNode get(String path) {
    APIResponse response = context.request().get(url + path);
    try {
      return Stack.JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A header of what the service answers to a plain GET. */
  String header(String path, String name) {
    return context.request().get(url + path).headers().get(name);
  }

  /** Whether anything but the page's own parts scrolls sideways. */
  boolean scrollsSideways() {
    return (Boolean)
        page.evaluate(
            "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
                + " || document.querySelector('.scroller').scrollWidth > document.querySelector('.scroller').clientWidth");
  }

  @Override
  public void close() {
    context.close();
  }
}
