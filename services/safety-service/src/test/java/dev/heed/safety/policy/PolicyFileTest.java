package dev.heed.safety.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.safety.screening.Role;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads policies, and says which line is wrong. */
class PolicyFileTest {

  private static final String GOOD =
      """
      format: 1
      version: "t-1"
      rules:
        user:
          hate: {threshold: 0.5, action: refuse, message: no}
          self_harm: {threshold: 0.4, action: refuse, message: help}
          sensitive.drugs: {threshold: 0.5, action: mark}
        bot:
          hate: {threshold: 0.5, action: withdraw, message: no}
      messages:
        no: ["No.", "Not that.", "Never."]
        help: ["Call someone."]
        unavailable: ["Later."]
      tenants:
        strict:
          user:
            hate: {threshold: 0.1, action: refuse, message: no}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "format: 1|format: 2|line 1:",
        "version: \"t-1\"|version: [a]|line 2:",
        "version: \"t-1\"|versoin: \"t-1\"|line 2:",
        "hate: {threshold: 0.5, action: refuse|hat: {threshold: 0.5, action: refuse|line 5:",
        "threshold: 0.4|threshold: 0|line 6:",
        "threshold: 0.4|threshold: 1.5|line 6:",
        "threshold: 0.4|threshold: .nan|line 6:",
        "threshold: 0.4|threshold: lots|line 6:",
        "message: help|message: nothing|line 6:",
        "action: mark|action: withdraw|line 7:",
        "action: mark|action: explode|line 7:",
        "action: mark|action: mark, message: no|line 7:",
        "action: withdraw|action: refuse|line 9:",
        "help: [\"Call someone.\"]|help: []|line 12:",
        "help: [\"Call someone.\"]|no: [\"x\"]|line 12:",
        "help: [\"Call someone.\"]|help: *alias|line 12:",
        "unavailable: [\"Later.\"]|later: [\"Later.\"]|unavailable",
        "  user:|  user: [|line",
      })
  void aWrongFieldIsNamedByItsLine(String right, String wrong, String expected) {
    assertTrue(GOOD.contains(right));
    String broken = GOOD.replaceFirst(java.util.regex.Pattern.quote(right), wrong);

    String message =
        assertThrows(PolicyException.class, () -> PolicyFile.parse(broken)).getMessage();

    assertTrue(message.contains(expected), message);
  }

  @Test
  void whatIsNoPolicyAtAllIsRefused() {
    for (String text : new String[] {"", "- a", "hello", "\t", "a: &a [*a]", "\u0000", "{{{{"}) {
      assertThrows(PolicyException.class, () -> PolicyFile.parse(text), text);
    }
    assertThrows(PolicyException.class, () -> PolicyFile.parse("a: ".repeat(100_000)));
    assertThrows(PolicyException.class, () -> PolicyFile.parse("[".repeat(5_000)));
  }

  @Test
  void theStrictestRuleDecides() {
    Policy policy = PolicyFile.parse(GOOD).standard();

    assertEquals(Action.ALLOW, policy.decide(Role.USER, Map.of("hate", 0.49)).action());
    assertEquals(Action.MARK, policy.decide(Role.USER, Map.of("sensitive.drugs", 0.9)).action());
    Decision both = policy.decide(Role.USER, Map.of("sensitive.drugs", 1.0, "hate", 0.5));
    assertEquals("hate", both.category());
    Decision crisis = policy.decide(Role.USER, Map.of("self_harm", 0.5, "hate", 0.99));
    assertEquals("help", crisis.message());
    assertEquals(Action.ALLOW, policy.decide(Role.BOT, Map.of("self_harm", 1.0)).action());
  }

  @Test
  void aTenantOverridesSomeRulesAndKeepsTheOthers() {
    PolicySet policies = PolicyFile.parse(GOOD);

    assertEquals(policies.standard(), policies.of("anyone"));
    Policy strict = policies.of("strict");
    assertNotEquals(policies.standard().version(), strict.version());
    assertEquals(Action.REFUSE, strict.decide(Role.USER, Map.of("hate", 0.2)).action());
    assertEquals("help", strict.decide(Role.USER, Map.of("self_harm", 0.5)).message());
  }

  @Test
  void messagesRotateByReplyAndStayTheSameForOne() {
    Policy policy = PolicyFile.parse(GOOD).standard();
    Set<String> shown = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      shown.add(policy.message("no", "reply-" + i));
      assertEquals(policy.message("no", "reply-" + i), policy.message("no", "reply-" + i));
    }

    assertEquals(3, shown.size());
  }

  @Test
  void theBuiltInPolicyHelpsInACrisis() {
    Policy policy = PolicyFile.standard().standard();

    Decision decision = policy.decide(Role.USER, Map.of("self_harm", 0.8));

    assertEquals("crisis", decision.message());
    assertTrue(policy.message("crisis", "x").contains("988"));
  }
}
