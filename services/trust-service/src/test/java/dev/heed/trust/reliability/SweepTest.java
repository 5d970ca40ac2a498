package dev.heed.trust.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What must hold of a sweep whatever was rated. */
class SweepTest {

  private record Rating(String user, String item, int label, double prior) {}

  private static int truth(String item) {
    return Integer.parseInt(item.substring(1)) % 3 == 0 ? 1 : 0;
  }

  /** 30 raters of 5 an item: 20 mostly right, 5 liars, 5 lazy; without a classifier. */
  private static List<Rating> crowd(long seed, int items) {
    Random random = new Random(seed);
    List<Rating> ratings = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      for (int k = 0; k < 5; k++) {
        int user = (i * 7 + k * (1 + i % 5)) % 30;
        double right = user < 20 ? .85 : user < 25 ? .15 : .5;
        int z = truth("i" + i);
        int label = random.nextDouble() < right ? z : 1 - z;
        ratings.add(new Rating("u" + user, "i" + i, label, Double.NaN));
      }
    }
    return ratings;
  }

  private static SweepInput input(List<Rating> ratings) {
    SweepInput in = new SweepInput(100_000);
    ratings.forEach(r -> in.add(r.user(), r.item(), r.label(), r.prior()));
    return in;
  }

  private static Map<String, Double> right(SweepInput in) {
    Sweep sweep = new Sweep(in.freeze());
    Map<String, Double> right = new HashMap<>();
    for (int e = 0; e < in.events(); e++) {
      right.put(in.userId(e) + "/" + in.itemId(e), sweep.right(e));
      assertTrue(sweep.right(e) >= 0 && sweep.right(e) <= 1);
      assertTrue(sweep.reliability(e) >= 0 && sweep.reliability(e) <= 1);
    }
    return right;
  }

  /** Stated tolerance: 1e-9. Without a classifier raters don't change, so no order matters. */
  @Test
  void theOrderOfRatingsDoesNotMatter() {
    List<Rating> ratings = crowd(1, 300);
    Map<String, Double> first = right(input(ratings));
    List<Rating> shuffled = new ArrayList<>(ratings);
    Collections.shuffle(shuffled, new Random(2));
    Map<String, Double> second = right(input(shuffled));
    assertEquals(first.keySet(), second.keySet());
    first.forEach((key, p) -> assertEquals(p, second.get(key), 1e-9, key));
  }

  @Test
  void isRightMoreOftenThanTheMajority() {
    SweepInput in = input(crowd(3, 600));
    Sweep sweep = new Sweep(in.freeze());
    Map<String, Integer> votes = new HashMap<>();
    Map<String, Double> bad = new HashMap<>();
    for (int e = 0; e < in.events(); e++) {
      votes.merge(in.itemId(e), in.label(e) == 1 ? 1 : -1, Integer::sum);
      bad.put(in.itemId(e), in.label(e) == 1 ? sweep.right(e) : 1 - sweep.right(e));
    }
    long majority =
        votes.entrySet().stream().filter(v -> v.getValue() > 0 == (truth(v.getKey()) == 1)).count();
    long found =
        bad.entrySet().stream().filter(p -> p.getValue() > .5 == (truth(p.getKey()) == 1)).count();
    assertTrue(found > majority + 20, found + " by the sweep, " + majority + " by the majority");
  }

  /** All raters of an item repeat one of them in half of the cases: five voices are not five. */
  @Test
  void ratersWhoErrTogetherAreTempered() {
    List<Rating> apart = crowd(4, 400);
    List<Rating> together = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < apart.size(); i += 5) {
      boolean echo = random.nextBoolean();
      for (int k = 0; k < 5; k++) {
        Rating r = apart.get(i + k);
        together.add(echo ? new Rating(r.user(), r.item(), apart.get(i).label(), r.prior()) : r);
      }
    }
    double free = new Sweep(input(apart).freeze()).temper();
    double held = new Sweep(input(together).freeze()).temper();
    assertTrue(held <= free, held + " and " + free);
  }

  /** Their lies are what the classifier says: the sweep alone takes them for helpers. */
  @Test
  void whatTheStreamSawThroughStaysDoubtedWhereReviewsContradictTheClassifier() {
    SweepInput reviewed = new SweepInput(1000);
    SweepInput unreviewed = new SweepInput(1000);
    for (SweepInput in : List.of(reviewed, unreviewed)) {
      for (int k = 0; k < 10; k++) {
        in.add("liar", "l" + k, 0, .15);
        in.said("liar", "l" + k, .2);
        in.add("helper", "h" + k, 0, .15);
        in.said("helper", "h" + k, .9);
      }
    }
    reviewed.review("l4", 1);
    reviewed.review("h4", 0);
    Sweep doubting = new Sweep(reviewed.freeze());
    Sweep trusting = new Sweep(unreviewed.freeze());
    for (int e = 0; e < reviewed.events(); e++) {
      boolean liar = reviewed.userId(e).equals("liar");
      assertEquals(!liar, doubting.right(e) > .5, reviewed.itemId(e));
      assertTrue(trusting.right(e) > .5, "nobody has contradicted the classifier");
    }
  }

  @Test
  void keepsTheNewestAndTheLastWord() {
    SweepInput in = new SweepInput(3);
    for (int i = 0; i < 5; i++) {
      in.add("u", "i" + i, 0, .5);
    }
    in.add("u", "i4", 1, .5);
    in.said("u", "i4", .25);
    in.freeze();
    assertEquals(3, in.events());
    assertEquals("i4", in.itemId(2));
    assertEquals(1, in.label(2));
    assertEquals(.25, in.said(2));
  }
}
