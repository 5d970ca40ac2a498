package dev.heed.trust.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What must hold of the filter whatever is rated. */
class TrustFilterTest {

  private record Rating(String user, String item, int label, OptionalDouble prior) {}

  /** Keeps nothing but bytes: every look-up is a round trip. */
  private static final class Bytes implements Memory {
    private final Map<String, byte[]> raters = new HashMap<>();
    private final Map<String, byte[]> items = new HashMap<>();
    private final Map<String, Rater> openRaters = new HashMap<>();
    private final Map<String, Item> openItems = new HashMap<>();

    @Override
    public Optional<Rater> rater(String id) {
      return Optional.ofNullable(
          openRaters.computeIfAbsent(
              id, key -> raters.containsKey(key) ? StateBytes.rater(raters.get(key)) : null));
    }

    @Override
    public Optional<Item> item(String id) {
      return Optional.ofNullable(
          openItems.computeIfAbsent(
              id, key -> items.containsKey(key) ? StateBytes.item(items.get(key)) : null));
    }

    @Override
    public void keep(Rater rater) {
      openRaters.put(rater.id(), rater);
    }

    @Override
    public void keep(Item item) {
      openItems.put(item.id(), item);
    }

    void flush() {
      openRaters.forEach((id, rater) -> raters.put(id, StateBytes.write(rater)));
      openItems.forEach((id, item) -> items.put(id, StateBytes.write(item)));
      openRaters.clear();
      openItems.clear();
    }
  }

  private static TrustFilter filter() {
    return new TrustFilter(Params.DEFAULT, Memory.inMaps());
  }

  /** Raters u0 to u9 say the truth mostly, u10 to u14 the opposite; extremes of priors occur. */
  private static List<Rating> stream(long seed, int count) {
    Random random = new Random(seed);
    List<Rating> ratings = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int user = random.nextInt(15);
      int item = random.nextInt(count / 4);
      int truth = item % 2;
      boolean says = random.nextDouble() < (user < 10 ? .9 : .1);
      double[] priors = {0, 1, truth == 1 ? .8 : .2, truth == 1 ? .7 : .3};
      OptionalDouble prior =
          item % 5 == 0 ? OptionalDouble.empty() : OptionalDouble.of(priors[item / 2 % 4]);
      ratings.add(new Rating("u" + user, "i" + item, says ? truth : 1 - truth, prior));
    }
    return ratings;
  }

  private static List<Belief> rate(TrustFilter filter, List<Rating> ratings) {
    List<Belief> beliefs = new ArrayList<>();
    ratings.forEach(r -> beliefs.addAll(filter.rate(r.user(), r.item(), r.label(), r.prior())));
    return beliefs;
  }

  @Test
  void everyNumberStaysInItsBounds() {
    List<Belief> beliefs = rate(filter(), stream(1, 3000));
    assertTrue(beliefs.stream().anyMatch(Belief::revision));
    for (Belief belief : beliefs) {
      assertTrue(belief.pRight() >= 0 && belief.pRight() <= 1, belief::toString);
      assertTrue(belief.weight() >= -1 && belief.weight() <= 1, belief::toString);
      assertTrue(belief.reliability() >= 0 && belief.reliability() <= 1, belief::toString);
      assertTrue(belief.reliabilitySd() >= 0 && belief.reliabilitySd() <= .5, belief::toString);
      assertTrue(Double.isFinite(belief.crowdLogOdds() + belief.historyLogOdds()));
    }
  }

  @Test
  void theSameStreamGivesTheSameBeliefs() {
    assertEquals(rate(filter(), stream(2, 1500)), rate(filter(), stream(2, 1500)));
  }

  @Test
  void aConsistentLiarsWeightBecomesNegativeAndAHelpersStaysPositive() {
    // Given
    TrustFilter filter = filter();
    List<Belief> liar = new ArrayList<>();
    List<Belief> helper = new ArrayList<>();
    // When
    for (int i = 0; i < 60; i++) {
      int truth = i % 2;
      OptionalDouble prior = OptionalDouble.of(truth == 1 ? .85 : .15);
      helper.add(filter.rate("helper", "i" + i, truth, prior).getFirst());
      liar.add(filter.rate("liar", "i" + i, 1 - truth, prior).getFirst());
    }
    // Then
    assertTrue(liar.getLast().weight() < -.8, () -> liar.getLast().toString());
    assertTrue(liar.getLast().reliability() < .3, () -> liar.getLast().toString());
    assertTrue(helper.getLast().weight() > .8, () -> helper.getLast().toString());
    // An item on which the classifier is silent: the liar's "bad" means good.
    assertTrue(filter.rate("liar", "new", 1, OptionalDouble.of(.5)).getFirst().weight() < -.3);
  }

  @Test
  void aSecondLabelOfARaterChangesNothing() {
    TrustFilter filter = filter();
    rate(filter, stream(3, 200));
    byte[] before = filter.population();
    filter.rate("once", "i", 1, OptionalDouble.of(.4));
    byte[] after = filter.population();
    assertEquals(List.of(), filter.rate("once", "i", 0, OptionalDouble.of(.4)));
    assertEquals(new String(after), new String(filter.population()));
    assertTrue(!new String(before).equals(new String(after)));
  }

  @Test
  void takingARatingBackRestoresTheItemsLogOdds() {
    for (OptionalDouble prior : List.of(OptionalDouble.of(.6), OptionalDouble.empty())) {
      TrustFilter filter = filter();
      rate(filter, stream(4, 600));
      filter.rate("u1", "target", 1, prior);
      double before = filter.rate("w1", "target", 1, prior).getFirst().crowdLogOdds();
      filter.retract("w1", "target");
      double with = filter.rate("u2", "target", 1, prior).getFirst().crowdLogOdds();
      assertEquals(before, with, 1e-9);
      filter.retract("u2", "target");
      assertEquals(before, filter.rate("w2", "target", 0, prior).getFirst().crowdLogOdds(), 1e-9);
      assertEquals(List.of(), filter.retract("u3", "never rated"));
      assertEquals(List.of(), filter.retract("nobody", "target"));
    }
  }

  @Test
  void ratingAndTakingBackAgainAndAgainProvesNothing() {
    // Given
    Memory memory = Memory.inMaps();
    TrustFilter filter = new TrustFilter(Params.DEFAULT, memory);
    // When
    for (int i = 0; i < 100; i++) {
      filter.rate("sly", "i", 1, OptionalDouble.of(.95));
      filter.retract("sly", "i");
    }
    // Then
    Rater sly = memory.rater("sly").orElseThrow();
    assertEquals(0, sly.events());
    assertEquals(0, sly.tested, 1e-9);
    assertEquals(0, sly.proof, 1e-9);
    Belief next = filter.rate("other", "j", 1, OptionalDouble.of(.5)).getFirst();
    Belief fresh = filter().rate("other", "j", 1, OptionalDouble.of(.5)).getFirst();
    assertEquals(fresh.pRight(), next.pRight(), 1e-9);
  }

  @Test
  void aPriorThatIsNoProbabilityIsTurnedDown() {
    TrustFilter filter = filter();
    for (double prior : new double[] {Double.NaN, -.1, 1.1, Double.POSITIVE_INFINITY}) {
      assertThrows(
          IllegalArgumentException.class, () -> filter.rate("u", "i", 1, OptionalDouble.of(prior)));
    }
  }

  @Test
  void stateSurvivesItsRoundTripThroughBytesAtEveryRating() {
    // Given
    List<Rating> ratings = stream(5, 1200);
    TrustFilter steady = filter();
    Bytes bytes = new Bytes();
    Rings rings = new Rings(() -> "a ring"); // of the process: state without it is what counts
    byte[] population = null;
    List<Belief> resumed = new ArrayList<>();
    // When
    for (int n = 0; n < ratings.size(); n++) {
      TrustFilter filter = new TrustFilter(Params.DEFAULT, bytes, rings); // a new life each time
      if (population != null) {
        filter.restore(population);
      }
      resumed.addAll(rate(filter, ratings.subList(n, n + 1)));
      population = filter.population();
      bytes.flush();
    }
    // Then
    List<Belief> expected = rate(steady, ratings);
    assertEquals(expected.size(), resumed.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).user(), resumed.get(i).user(), "belief " + i);
      assertEquals(expected.get(i).item(), resumed.get(i).item(), "belief " + i);
      assertEquals(expected.get(i).pRight(), resumed.get(i).pRight(), 1e-7, "belief " + i);
    }
  }
}
