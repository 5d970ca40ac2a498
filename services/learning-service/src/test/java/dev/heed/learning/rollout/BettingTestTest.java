package dev.heed.learning.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BettingTestTest {

  private static final int RUNS = 400;
  private static final int PEOPLE = 1500;
  private static final double ALPHA = .05;

  /** How many runs ever cross, when looked at after each person. */
  private static int crossed(double canary, double other, boolean harm) {
    int crossed = 0;
    for (int run = 0; run < RUNS; run++) {
      SplittableRandom random = new SplittableRandom(run);
      BettingTest test = new BettingTest(.1);
      for (int i = 0; i < PEOPLE; i++) {
        boolean served = random.nextDouble() < .2;
        test.observe(served, random.nextDouble() < (served ? canary : other) ? 1 : 0);
        if ((harm ? test.harm() : test.fine()) >= 1 / ALPHA) {
          crossed++;
          break;
        }
      }
    }
    return crossed;
  }

  @Test
  void aHarmlessCanaryIsRarelyAccusedHoweverOftenOneLooks() {
    // 5 % of 400 is 20; three standard errors above it is 33.
    assertTrue(crossed(.3, .3, true) <= 33);
  }

  @Test
  void aCanaryWorseByTheMarginIsRarelyCleared() {
    assertTrue(crossed(.4, .3, false) <= 33);
  }

  @Test
  void aBadCanaryIsFoundAndAGoodOneCleared() {
    assertTrue(crossed(.6, .3, true) > .95 * RUNS);
    assertTrue(crossed(.2, .3, false) > .95 * RUNS);
  }

  @Test
  void wealthIsTheOneWorkedOutByHand() {
    BettingTest test = new BettingTest(.5);
    test.observe(true, 1);
    test.observe(false, 0); // a block: D = 1
    double sum = 0;
    for (double bet : new double[] {.02, .05, .1, .2, .4, .8}) {
      sum += 1 + bet;
    }
    assertEquals(sum / 6, test.harm(), 1e-9);
    assertEquals(1, test.canaryMean());
    assertEquals(0, test.controlMean());
  }

  @Test
  void theSharesOfPeopleAreWhatTheyShouldBe() {
    long served = 0;
    for (int i = 0; i < 10_000; i++) {
      served += Stickiness.serves("release", "p1_" + i, .1) ? 1 : 0;
    }
    assertTrue(Math.abs(served - 1000) < 120, served + " of 10000");
    assertEquals(
        Stickiness.serves("release", "p1_7", .5), Stickiness.serves("release", "p1_7", .5));
    assertTrue(Stickiness.serves("release", "p1_7", 1) && !Stickiness.serves("release", "p1_7", 0));
  }
}
