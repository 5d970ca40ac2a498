package dev.heed.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KindTest {

  private static final int MANY = 20_000;

  @ParameterizedTest
  @CsvSource({
    "STANDARD, 0.0, 0.1",
    "TROLL, 0.0, 0.8",
    "MASTER_TROLL, 1.0, 0.8",
    "LAZY, 0.0, 0.4",
    "SLEEPER, 0.0, 0.1"
  })
  void peopleAreAsHonestAsTheirKind(Kind kind, double harm, double wrong) {
    SplittableRandom random = new SplittableRandom(3);
    int harms = 0;
    int wrongs = 0;
    for (int i = 0; i < MANY; i++) {
      harms += kind.asksForHarm(random) ? 1 : 0;
      boolean deservesUp = i % 2 == 0;
      wrongs += kind.thumbUp(deservesUp, 0.2, random) == deservesUp ? 0 : 1;
    }
    assertEquals(harm, harms / (double) MANY, 0.01);
    assertEquals(wrong, wrongs / (double) MANY, 0.015);
  }

  @Test
  void aSleeperTurnsAtHalfTime() {
    SplittableRandom random = new SplittableRandom(3);
    int wrong = 0;
    for (int i = 0; i < MANY; i++) {
      wrong += Kind.SLEEPER.thumbUp(true, 0.7, random) ? 0 : 1;
    }
    assertEquals(0.8, wrong / (double) MANY, 0.015);
  }

  @Test
  void somePeopleSayAlwaysTheSame() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 100; i++) {
      assertTrue(Kind.SAFE.thumbUp(false, 0, random));
      assertTrue(Kind.GASLIGHT.thumbUp(false, 0, random));
      assertFalse(Kind.UNSAFE.thumbUp(true, 0, random));
      assertFalse(Kind.SYBIL.thumbUp(true, 0, random));
    }
  }

  @Test
  void everyKindOfAdversaryComes() {
    var kinds = new TreeSet<Kind>();
    for (int i = 0; i < Kind.values().length - 1; i++) {
      kinds.add(Kind.adversary(i));
    }
    assertEquals(Kind.values().length - 1, kinds.size());
    assertFalse(kinds.contains(Kind.STANDARD));
  }
}
