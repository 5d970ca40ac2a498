package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivenessTest {

  @Test
  void onlyThreeTimesInARowCountAndSilenceDoesNot() {
    // Given
    Iterator<Integer> answers = List.of(503, 503, 200, 503, 503, 0, 503, 503, 503, 503).iterator();
    Liveness liveness = new Liveness(answers::next);
    // When
    List<Boolean> dead = new ArrayList<>();
    while (answers.hasNext()) {
      dead.add(liveness.saysThatItIsDead());
    }
    // Then
    assertEquals(
        List.of(false, false, false, false, false, false, false, false, true, false), dead);
  }
}
