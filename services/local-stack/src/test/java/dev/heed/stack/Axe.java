package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.util.List;
import java.util.Set;

/** What axe-core finds wrong with a page for people who do not see or point. */
final class Axe {

  private static final Set<String> GRAVE = Set.of("serious", "critical");

  private Axe() {}

  /**
   * @param what of the page is shown, for the failure's message
   */
  static void assertNothingGrave(Page page, String what) {
    List<String> grave =
        new AxeBuilder(page)
            .analyze().getViolations().stream()
                .filter(rule -> GRAVE.contains(rule.getImpact()))
                .map(
                    rule ->
                        rule.getId()
                            + ": "
                            + rule.getHelp()
                            + " "
                            + rule.getNodes().getFirst().getHtml())
                .toList();
    assertEquals(List.of(), grave, what);
  }
}
