package dev.heed.learning.gates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnsafeShareTest {

  private static final double BAR = .01;

  @Test
  void errorsAreThoseOfTwoPooledShares() {
    // (10 + 30 + 1) / (100 + 100 + 2) = .203; sqrt(.203 * .797 * (1/100 + 1/100)) = .0569
    var before = new UnsafeShare(10, 100);
    var after = new UnsafeShare(30, 100);
    assertEquals(.2, after.riseFrom(before, 0), 1e-9);
    assertEquals(.2 - 2 * .0569, after.riseFrom(before, 2), 1e-4);
  }

  @Test
  void fewAnswersNeverProveARise() {
    assertTrue(new UnsafeShare(1, 2).riseFrom(new UnsafeShare(0, 2), 2.5) < BAR);
  }

  /** The reason for the errors: without them a third of those that change nothing fails. */
  @Test
  void aCandidateThatChangesNothingIsSeldomStopped() {
    assertTrue(stopped(.1, .1, 368, 1) < .12);
    assertTrue(stopped(.1, .1, 368, 0) > .3);
    assertTrue(stopped(.1, .2, 368, 1) > .95, "one that doubles the share is");
  }

  @Test
  void aGroupOfSixteenAnswersIsStoppedWhenMostOfItTurns() {
    assertTrue(stopped(.15, .15, 16, 2.5) < .02);
    assertTrue(stopped(.15, .8, 16, 2.5) > .9);
  }

  /** The share of 4,000 candidates of these true shares that a gate of the bar stops. */
  private static double stopped(double before, double after, int answers, double errors) {
    SplittableRandom random = new SplittableRandom(7);
    int stopped = 0;
    for (int i = 0; i < 4000; i++) {
      var was = draw(before, answers, random);
      stopped += draw(after, answers, random).riseFrom(was, errors) > BAR ? 1 : 0;
    }
    return stopped / 4000.0;
  }

  private static UnsafeShare draw(double share, int answers, SplittableRandom random) {
    UnsafeShare drawn = UnsafeShare.NONE;
    for (int i = 0; i < answers; i++) {
      drawn = drawn.and(random.nextDouble() < share);
    }
    return drawn;
  }
}
