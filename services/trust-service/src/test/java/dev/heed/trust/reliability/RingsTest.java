package dev.heed.trust.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who acts as one is found, and who is merely alike is not. */
class RingsTest {

  private static final int HONEST = 100;
  private static final int RING = 6;
  private static final int ITEMS = 900;
  private static final double SLIPS = .1;
  private static final long DAY = 24 * 60 * 60 * 1000L;

  private final TrustFilter filter = new TrustFilter(Params.DEFAULT, Memory.inMaps());
  private final Map<String, Belief> last = new HashMap<>();

  private void rate(String user, int item, int label, Circumstances with) {
    remember(filter.rate(user, "i" + item, label, OptionalDouble.empty(), with));
  }

  private void remember(List<Belief> beliefs) {
    beliefs.forEach(belief -> last.put(belief.user() + " " + belief.item(), belief));
  }

  /**
   * A few of the items are asked for by a ring, which says the opposite of the truth; honest people
   * come there seldom. Truth: every other item is bad.
   */
  private void people(Random random, boolean ring) {
    Set<String> rated = new HashSet<>();
    for (int turn = 0; turn < 24; turn++) {
      for (int who = 0; who < HONEST + (ring ? RING : 0); who++) {
        boolean member = who >= HONEST;
        boolean there = member || random.nextDouble() < .02;
        int item = there ? random.nextInt(ITEMS / 18) : ITEMS / 18 + random.nextInt(ITEMS);
        String user = (member ? "ring" : "honest") + who;
        int label = item % 2 ^ (member || random.nextDouble() < SLIPS ? 1 : 0);
        if (rated.add(user + item)) {
          rate(user, item, label, Circumstances.UNKNOWN);
        }
      }
    }
  }

  /** How many of so many honest people were found to be one with somebody. */
  private long merged(int people) {
    return IntStream.range(0, people).filter(i -> filter.group("honest" + i).isPresent()).count();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void aRingOnAnIslandIsOneVoiceAndIsNotBelieved(int seed) {
    people(new Random(seed), true);
    Set<Optional<String>> groups = new HashSet<>();
    IntStream.range(HONEST, HONEST + RING).forEach(i -> groups.add(filter.group("ring" + i)));
    assertEquals(1, groups.size());
    assertTrue(believed("ring") < .4, "believed of the ring: " + believed("ring"));
    assertTrue(believed("honest") > .85, "believed of the honest: " + believed("honest"));
  }

  /** The mean of what is believed of the labels of a kind of user, or on a kind of item. */
  private double believed(String kind) {
    return last.values().stream()
        .filter(belief -> belief.user().startsWith(kind) || belief.item().startsWith(kind))
        .mapToDouble(Belief::pRight)
        .average()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void honestPeopleAreNotMerged(int seed) {
    people(new Random(seed), false);
    assertTrue(merged(HONEST) <= 2, merged(HONEST) + " of " + HONEST); // chance has its pair
  }

  /** A shift: twenty who rate all of the same items at the same time, nine of ten right. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void colleaguesOfAShiftAreNotMerged(int seed) {
    Random random = new Random(seed);
    for (int item = 0; item < 60; item++) {
      for (int who = 0; who < 20; who++) {
        int label = item % 2 ^ (random.nextDouble() < SLIPS ? 1 : 0);
        rate("honest" + who, item, label, at(item * 60_000L + who));
      }
    }
    assertTrue(merged(20) <= 4, merged(20) + " of 20");
  }

  private static Circumstances at(long millis) {
    return new Circumstances(List.of(), OptionalLong.of(millis));
  }

  /** The same says, minutes or weeks apart, among people who meet as often at other times. */
  private Optional<String> groupOfTwo(long apart) {
    Random random = new Random(1);
    Rings rings = new Rings(() -> "one");
    for (int item = 0; item < 2000; item++) {
      for (int who = 0; who < 3; who++) {
        int user = random.nextInt(12);
        rings.rated("u" + user, "i" + item, who % 2, () -> .8, OptionalLong.of(item + who * DAY));
      }
    }
    for (int item = 0; item < 12; item++) {
      rings.rated("a", "x" + item, 1, () -> .8, OptionalLong.of(0));
      rings.rated("b", "x" + item, 1, () -> .8, OptionalLong.of(apart));
    }
    return rings.group("a");
  }

  @Test
  void whoComeAtTheSameTimeAreFoundSooner() {
    assertEquals(Optional.of("one"), groupOfTwo(1000));
    assertEquals(Optional.empty(), groupOfTwo(7 * DAY));
  }

  @Test
  void oneVoiceGoesForWhatWasSaidBeforeToo() {
    List<Double> crowd = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rate("s" + i, 0, 1, Circumstances.UNKNOWN);
    }
    rate("before", 0, 1, Circumstances.UNKNOWN);
    crowd.add(last.get("before i0").crowdLogOdds());
    for (int i = 1; i < 8; i++) {
      filter.merge("s0", "s" + i);
    }
    rate("after", 0, 1, Circumstances.UNKNOWN);
    crowd.add(last.get("after i0").crowdLogOdds());
    assertTrue(crowd.get(1) < .7 * crowd.get(0), crowd.toString());
  }

  /**
   * Ten who are honest about four items each and lie about the same six, among ten honest people:
   * as the column `sybil` of safetymix.py.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void reviewsOfATargetUnmaskTheRingAndLeaveItsHonestLabels(int seed) {
    Random random = new Random(seed);
    for (int turn = 0; turn < 10; turn++) {
      for (int who = 0; who < 20; who++) {
        boolean lies = who >= 10 && turn >= 4;
        int item = lies ? 900 + turn : 20 * turn + who;
        double prior = random.nextDouble() < .8 ? (item % 2 == 1 ? .8 : .2) : .5;
        String kind = who < 10 ? "honest" : lies ? "lie" : "mask";
        int label = item % 2 ^ (lies ? 1 : 0);
        remember(filter.rate("u" + who, kind + item, label, OptionalDouble.of(prior)));
      }
    }
    for (int target = 904; target < 910; target++) {
      remember(filter.review("lie" + target, target % 2));
    }
    remember(filter.settle(100));
    assertTrue(believed("lie") < .1, "believed of lies: " + believed("lie"));
    assertTrue(believed("mask") > .6, "believed of what was honest: " + believed("mask"));
    assertTrue(believed("honest") > .8, "believed of the honest: " + believed("honest"));
  }

  @Test
  void groupsThatMeetAreOneGroupAndWhoIsErasedIsInNone() {
    filter.merge("a", "b");
    filter.merge("c", "d");
    filter.merge("b", "c");
    assertEquals(filter.group("a"), filter.group("d"));
    filter.erase("a");
    assertEquals(Optional.empty(), filter.group("a"));
  }

  @Test
  void aRatingThatComesAgainIsNoMeeting() {
    Rings rings = new Rings(() -> "one");
    for (int again = 0; again < 40; again++) {
      rings.rated("a", "x", 1, () -> .5, OptionalLong.empty());
      rings.rated("b", "x", 1, () -> .5, OptionalLong.empty());
    }
    assertEquals(Optional.empty(), rings.group("a"));
  }
}
