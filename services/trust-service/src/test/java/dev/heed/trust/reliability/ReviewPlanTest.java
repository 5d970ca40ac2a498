package dev.heed.trust.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReviewPlanTest {

  @Test
  void keepsToItsBudgetAndAsksOnce() {
    ReviewPlan plan = new ReviewPlan(.05);
    Set<String> asked = new HashSet<>();
    for (int i = 1; i <= 1000; i++) {
      plan.rated("u" + i % 40, "i" + i, i % 2, OptionalDouble.of(.5));
      for (var next = plan.next(); next.isPresent(); next = plan.next()) {
        assertTrue(asked.add(next.get()), "asked twice");
      }
      assertTrue(asked.size() <= .05 * i);
    }
    assertEquals(50, asked.size());
  }

  @Test
  void asksAboutWhatTestsManyFirst() {
    ReviewPlan plan = new ReviewPlan(.1);
    for (int i = 0; i < 5; i++) {
      plan.rated("a" + i, "lonely" + i, 0, OptionalDouble.of(.1));
    }
    for (int i = 0; i < 5; i++) {
      plan.rated("b" + i, "crowded", 0, OptionalDouble.of(.1));
    }
    assertEquals("crowded", plan.next().orElseThrow());
  }

  @Test
  void refusesABudgetThatIsNoShare() {
    assertThrows(IllegalArgumentException.class, () -> new ReviewPlan(1.5));
    assertThrows(IllegalArgumentException.class, () -> new ReviewPlan(Double.NaN));
  }

  /** Measured without reviews: 1.0. The classifier calls safe what they picked, and so do they. */
  @Test
  void gaslightersWhoBeatTheClassifierAreFoundByFivePercentOfReviews() {
    assertTrue(believedLies(false) > .9);
    assertTrue(believedLies(true) < .05);
  }

  private static double believedLies(boolean reviewed) {
    TrustFilter filter = new TrustFilter(Params.REVIEWED, Memory.inMaps());
    ReviewPlan plan = new ReviewPlan(reviewed ? .05 : 0);
    Random random = new Random(5);
    Map<String, Integer> truth = new HashMap<>();
    Map<String, Double> lies = new HashMap<>();
    for (int i = 0; i < 2000; i++) {
      int person = random.nextInt(100);
      boolean liar = person < 40;
      int bad = liar || random.nextDouble() < .4 ? 1 : 0;
      double prior = bad == 1 && !liar ? .8 : .15;
      truth.put("i" + i, bad);
      int label = liar ? 0 : bad;
      keep(filter.rate("u" + person, "i" + i, label, OptionalDouble.of(prior)), lies);
      plan.rated("u" + person, "i" + i, label, OptionalDouble.of(prior));
      plan.next().ifPresent(item -> keep(filter.review(item, truth.get(item)), lies));
    }
    return lies.values().stream().filter(p -> p > .5).count() / (double) lies.size();
  }

  private static void keep(List<Belief> beliefs, Map<String, Double> lies) {
    for (Belief belief : beliefs) {
      if (Integer.parseInt(belief.user().substring(1)) < 40) {
        lies.put(belief.item(), belief.pRight());
      }
    }
  }
}
