package dev.heed.trust.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewPlanTest {

  private static final int PEOPLE = 100;
  private static final int LIARS = 40;

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

  /** What is asked about next, of what four have rated together and what others have alone. */
  private static List<String> askedAfter(int truth) {
    ReviewPlan plan = new ReviewPlan(.08);
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      if (i < 4) {
        for (int who = 0; who < 4; who++) {
          plan.rated("r" + who, "shared" + i, 1, OptionalDouble.of(.5));
        }
      }
      plan.rated("h" + i % 30, "own" + i, i % 2, OptionalDouble.of(.5));
      for (var next = plan.next(); next.isPresent(); next = plan.next()) {
        asked.add(next.get());
        plan.answered(next.get(), next.get().startsWith("shared") ? truth : i % 2);
      }
    }
    return asked;
  }

  @Test
  void whoWereWrongTogetherAreAskedAboutTogether() {
    long whenWrong = askedAfter(0).stream().filter(item -> item.startsWith("shared")).count();
    long whenRight = askedAfter(1).stream().filter(item -> item.startsWith("shared")).count();
    assertEquals(4, whenWrong);
    assertTrue(whenRight < 4, "one who was right is asked about as others are");
  }

  @Test
  void refusesABudgetThatIsNoShare() {
    assertThrows(IllegalArgumentException.class, () -> new ReviewPlan(1.5));
    assertThrows(IllegalArgumentException.class, () -> new ReviewPlan(Double.NaN));
  }

  /**
   * Measured without reviews: 1.0. The classifier calls safe what they picked, and so do they. That
   * it errs there must not be laid to honest people who agree with it elsewhere.
   */
  @ParameterizedTest
  @ValueSource(ints = {5, 6, 7, 8})
  void gaslightersWhoBeatTheClassifierAreFoundByFivePercentOfReviews(int seed) {
    assertTrue(believed(seed, false, true) > .9);
    assertTrue(believed(seed, true, true) < .05);
    assertTrue(believed(seed, true, false) > .95);
  }

  /** The share of liars' labels, or of honest people's, that are believed in the end. */
  private static double believed(int seed, boolean reviewed, boolean ofLiars) {
    TrustFilter filter = new TrustFilter(Params.REVIEWED, Memory.inMaps());
    ReviewPlan plan = new ReviewPlan(reviewed ? .05 : 0);
    Random random = new Random(seed);
    Map<String, Integer> truth = new HashMap<>();
    Map<String, Double> labels = new HashMap<>();
    for (int i = 0; i < 2000; i++) {
      int person = random.nextInt(PEOPLE);
      boolean liar = person < LIARS;
      int bad = liar || random.nextDouble() < .4 ? 1 : 0;
      double prior = bad == 1 && !liar ? .8 : .15;
      truth.put("i" + i, bad);
      int label = liar ? 0 : bad;
      List<Belief> beliefs =
          new ArrayList<>(filter.rate("u" + person, "i" + i, label, OptionalDouble.of(prior)));
      plan.rated("u" + person, "i" + i, label, OptionalDouble.of(prior));
      plan.next().ifPresent(item -> beliefs.addAll(filter.review(item, truth.get(item))));
      for (Belief belief : beliefs) {
        if (ofLiars == Integer.parseInt(belief.user().substring(1)) < LIARS) {
          labels.put(belief.item(), belief.pRight());
        }
      }
    }
    return labels.values().stream().filter(p -> p > .5).count() / (double) labels.size();
  }
}
