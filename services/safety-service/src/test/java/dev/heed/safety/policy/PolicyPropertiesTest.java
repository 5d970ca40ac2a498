package dev.heed.safety.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Role;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple3;

/** Whatever a policy file holds, it is a policy or an error of its own kind, soon. */
class PolicyPropertiesTest {

  private static final String GOOD =
      """
      format: 1
      version: "p-1"
      rules:
        user:
          hate: [{threshold: 0.3, action: ask, message: no}, {threshold: 0.7, action: refuse, message: no}]
          toxicity: {threshold: 0.4, action: slow, delay: 1.5}
        bot:
          hate: {threshold: 0.5, action: withdraw, message: no}
      messages:
        no: ["No.", "Not that."]
        unavailable: ["Later."]
      tenants:
        strict:
          user:
            hate: {threshold: 0.1, action: hand_over, message: no}
      """;

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "{", "}", "[", "]", ": ", "- ", "\n", "  ", "&a", "*a", "!!", "%", "|", ">", "\"", "#",
            "0.5", "?", "<<: ", "\t", "---\n", "..."),
        Arbitraries.strings().all().ofMaxLength(8));
  }

  /** Where to cut, how much to take out, what to put in. */
  @Provide
  Arbitrary<List<Tuple3<Integer, Integer, String>>> edits() {
    Arbitrary<Integer> at = Arbitraries.integers().between(0, GOOD.length() - 1);
    Arbitrary<Integer> out = Arbitraries.integers().between(0, 12);
    return net.jqwik.api.Combinators.combine(at, out, pieces()).as(Tuple::of).list().ofMaxSize(4);
  }

  @Property(tries = 4000)
  void aChangedPolicyIsReadOrRefused(
      @ForAll("edits") List<Tuple3<Integer, Integer, String>> edits) {
    StringBuilder text = new StringBuilder(GOOD);
    for (var edit : edits) {
      int from = Math.min(edit.get1(), text.length());
      text.replace(from, Math.min(text.length(), from + edit.get2()), edit.get3());
    }
    try {
      PolicySet policies = PolicyFile.parse(text.toString());
      assertTrue(!policies.standard().version().isBlank());
      assertTrue(!policies.standard().message("no such kind", "x").isBlank());
    } catch (PolicyException e) {
      assertTrue(e.getMessage().startsWith("policy"), e.getMessage());
    }
  }

  @Property(tries = 1000)
  void anyTextIsReadOrRefused(@ForAll("noise") String text) {
    try {
      PolicyFile.parse(text);
    } catch (PolicyException e) {
      assertTrue(e.getMessage().startsWith("policy"), e.getMessage());
    }
  }

  @Provide
  Arbitrary<String> noise() {
    return pieces().list().ofMaxSize(60).map(list -> String.join("", list));
  }

  @Provide
  Arbitrary<Map<String, Double>> scores() {
    return Arbitraries.maps(
        Arbitraries.of(Categories.ALL), Arbitraries.doubles().between(0, 1).ofScale(4));
  }

  @Property(tries = 2000)
  void higherScoresAreNeverTreatedMoreMildly(
      @ForAll("scores") Map<String, Double> scores, @ForAll("scores") Map<String, Double> more) {
    Policy policy = PolicyFile.parse(GOOD).of("strict");
    Map<String, Double> higher = new HashMap<>(scores);
    more.forEach((name, score) -> higher.merge(name, score, Math::max));
    for (Role role : Role.values()) {
      Action before = policy.decide(role, scores).action();
      Action after = policy.decide(role, higher).action();
      assertTrue(before.passes() || !after.passes(), () -> before + " then " + after);
      Action careful = policy.stricter(.7).decide(role, scores).action();
      assertTrue(before.passes() || !careful.passes(), () -> before + " with caution " + careful);
    }
  }

  @Example
  void severalRulesOfACategoryAreSteps() {
    Policy policy = PolicyFile.parse(GOOD).standard();

    assertEquals(Action.ALLOW, policy.decide(Role.USER, Map.of("hate", .29)).action());
    assertEquals(Action.ASK, policy.decide(Role.USER, Map.of("hate", .3)).action());
    assertEquals(Action.REFUSE, policy.decide(Role.USER, Map.of("hate", .7)).action());
    Decision slow = policy.decide(Role.USER, Map.of("toxicity", .5));
    assertTrue(slow.action().passes());
    assertEquals(1500, slow.delay().toMillis());
  }

  @Example
  void timeGrowsWithTheFileAndNotFaster() {
    for (String hard : new String[] {"# x\n", "a: {b: c}\n", "- [1, 2]\n", "\"\\u00e9\" "}) {
      time(hard.repeat(200));
      double ratio = (double) time(hard.repeat(10_000)) / Math.max(time(hard.repeat(500)), 200_000);
      assertTrue(ratio < 150, () -> hard + ": " + ratio + " times the time of a 20th");
    }
  }

  /** Best of three, processor time of this thread, ns. */
  private static long time(String text) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long start = threads.getCurrentThreadCpuTime();
      try {
        PolicyFile.parse(text);
      } catch (PolicyException e) {
        assertTrue(e.getMessage().startsWith("policy"));
      }
      best = Math.min(best, threads.getCurrentThreadCpuTime() - start);
    }
    return best;
  }
}
