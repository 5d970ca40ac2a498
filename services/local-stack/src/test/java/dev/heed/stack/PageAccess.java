package dev.heed.stack;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page without a mouse, without eyes, on a phone, and in both themes. */
abstract class PageAccess extends PageTestBase {

  private static final String SHORT = "Say hello.";
  private static final int MAX_TABS = 40;

  @ParameterizedTest
  @EnumSource(
      value = ColorScheme.class,
      names = {"LIGHT", "DARK"})
  void axeFindsNothingSerious(ColorScheme scheme) {
    // Given
    open(new Browser.NewContextOptions().setColorScheme(scheme));
    assertNothingGrave("the empty page");
    // When
    person.sayAndAwait("Show a table and `code`.", "complete");
    assertNothingGrave("a conversation");
    person.button("Bad reply").click();
    assertNothingGrave("the feedback form");
    person.page().locator(".consent").click();
    // Then
    assertNothingGrave("the consent dialog");
  }

  @Test
  void theKeyboardIsEnough() {
    // Given
    open(new Browser.NewContextOptions());
    person.page().reload();
    person.page().locator("body").press("Tab");
    tabTo("Skip to the message box");
    person.page().keyboard().press("Enter");
    assertThat(person.messageBox()).isFocused();
    // When
    person.page().keyboard().type("Say");
    person.page().keyboard().press("Shift+Enter");
    person.page().keyboard().type("hello.");
    person.page().keyboard().press("Enter");
    person.awaitStatus("complete");
    // Then
    assertEquals("Say\nhello.", person.questions().first().innerText());
    assertThat(person.messageBox()).isFocused();
    tabBackTo("Bad reply");
    person.page().keyboard().press("Enter");
    assertThat(person.page().getByLabel("Off topic or ignoring me")).isFocused();
    person.page().keyboard().press("Space");
    person.page().keyboard().press("Enter");
    assertThat(person.button("Bad reply")).hasAttribute("aria-pressed", "true");
    assertThat(person.button("Bad reply")).isFocused();
  }

  @Test
  void escapeStopsTheReply() {
    // Given
    open(new Browser.NewContextOptions());
    person.say("Write a very long story about a lighthouse and its keeper.");
    person.awaitPartOfReply();
    // When
    person.page().keyboard().press("Escape");
    // Then
    person.awaitStatus("cancelled");
  }

  @Test
  void aScreenReaderHearsTheReplyOnce() {
    // Given
    open(new Browser.NewContextOptions());
    person
        .page()
        .evaluate(
            """
            () => {
              window.heard = [];
              const region = document.querySelector('[aria-live=polite]');
              new MutationObserver(() => { if (region.textContent) window.heard.push(region.textContent); })
                .observe(region, { childList: true, characterData: true, subtree: true });
            }
            """);
    // When
    person.sayAndAwait("Count to five in words.", "complete");
    person.page().waitForFunction("() => window.heard.some((h) => h.startsWith('Heed said'))");
    // Then
    List<?> heard = (List<?>) person.page().evaluate("window.heard");
    assertEquals(2, heard.size(), heard::toString);
    assertThat(person.page().getByRole(AriaRole.LOG)).hasAttribute("aria-live", "off");
  }

  @ParameterizedTest
  @ValueSource(ints = {320, 390})
  void aPhoneNeedsNoSidewaysScrolling(int width) {
    // Given
    open(
        new Browser.NewContextOptions()
            .setViewportSize(width, 640)
            .setIsMobile(true)
            .setHasTouch(true));
    assertFalse(person.scrollsSideways(), "the empty page");
    // When
    person.sayAndAwait(
        "Here is a long link: https://example.org/" + "path/".repeat(30) + " What is a link?",
        "complete");
    // Then
    assertFalse(person.scrollsSideways(), "a conversation");
    person.button("Bad reply").tap();
    assertFalse(person.scrollsSideways(), "the feedback form");
    assertThat(person.page().getByRole(AriaRole.NAVIGATION)).isHidden();
    person.button("Open the list").tap();
    assertThat(person.page().getByRole(AriaRole.NAVIGATION)).isVisible();
    person.page().keyboard().press("Escape");
    assertThat(person.page().getByRole(AriaRole.NAVIGATION)).isHidden();
    assertThat(person.button("Open the list")).isFocused();
  }

  @Test
  void aChosenThemeIsKept() {
    // Given
    open(new Browser.NewContextOptions().setColorScheme(ColorScheme.LIGHT));
    Object light = background();
    // When
    person.button("Theme: system").click();
    person.button("Theme: light").click();
    // Then
    assertThat(person.button("Theme: dark")).isVisible();
    Object dark = background();
    assertFalse(light.equals(dark));
    person.page().reload();
    assertThat(person.button("Theme: dark")).isVisible();
    assertEquals(dark, background());
  }

  @Test
  void aDraftIsKept() {
    // Given
    open(new Browser.NewContextOptions());
    // When
    person.messageBox().fill("Not yet sent");
    person.page().reload();
    // Then
    assertThat(person.messageBox()).hasValue("Not yet sent");
  }

  private Object background() {
    return person.page().evaluate("getComputedStyle(document.body).backgroundColor");
  }

  private void assertNothingGrave(String what) {
    Axe.assertNothingGrave(person.page(), what);
  }

  private void tabTo(String name) {
    press("Tab", name);
  }

  private void tabBackTo(String name) {
    press("Shift+Tab", name);
  }

  private void press(String key, String name) {
    Page page = person.page();
    for (int i = 0; i < MAX_TABS; i++) {
      Object focused =
          page.evaluate(
              "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
      if (name.equals(focused)) {
        return;
      }
      page.keyboard().press(key);
    }
    assertTrue(false, () -> name + " cannot be reached by " + key);
  }
}
