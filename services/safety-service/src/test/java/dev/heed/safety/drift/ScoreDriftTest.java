package dev.heed.safety.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.safety.screening.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moved distributions are told, and the same ones are not. */
class ScoreDriftTest {

  private final Random random = new Random(7);
  private final ScoreReference reference = new ScoreReference("v1");

  private double calm() {
    return Math.pow(random.nextDouble(), 6);
  }

  private ScoreDrift watched() {
    for (int i = 0; i < 5000; i++) {
      reference.add(Role.USER, Map.of("hate", calm(), "toxicity", calm()));
    }
    return new ScoreDrift(reference);
  }

  @Test
  void theSameScoresStayBelowATenth() {
    ScoreDrift drift = watched();
    for (int i = 0; i < ScoreDrift.MEMORY; i++) {
      drift.add(Role.USER, Map.of("hate", calm(), "toxicity", calm()));
    }

    assertTrue(drift.of(Role.USER, "hate") < .1, () -> "" + drift.of(Role.USER, "hate"));
  }

  @Test
  void higherScoresOfOneCategoryAreToldOfThatOne() {
    ScoreDrift drift = watched();
    for (int i = 0; i < ScoreDrift.MEMORY; i++) {
      drift.add(Role.USER, Map.of("hate", Math.sqrt(calm()), "toxicity", calm()));
    }

    assertTrue(drift.of(Role.USER, "hate") > .25);
    assertTrue(drift.of(Role.USER, "toxicity") < .1);
  }

  @Test
  void anAttackFadesWhenItIsOver() {
    ScoreDrift drift = watched();
    for (int i = 0; i < 500; i++) {
      drift.add(Role.USER, Map.of("hate", .95, "toxicity", calm()));
    }
    assertTrue(drift.of(Role.USER, "hate") > .25);
    for (int i = 0; i < 3 * ScoreDrift.MEMORY; i++) {
      drift.add(Role.USER, Map.of("hate", calm(), "toxicity", calm()));
    }

    assertTrue(drift.of(Role.USER, "hate") < .1);
  }

  @Test
  void fewTextsAndUnknownCategoriesSayNothing() {
    ScoreDrift drift = watched();
    for (int i = 0; i < ScoreDrift.ENOUGH - 1; i++) {
      drift.add(Role.USER, Map.of("hate", .9));
    }

    assertTrue(Double.isNaN(drift.of(Role.USER, "hate")));
    assertTrue(Double.isNaN(drift.of(Role.BOT, "hate")));
    assertEquals(Set.of("hate", "toxicity"), drift.categories(Role.USER));
  }

  @Test
  void indexOfTwoBinsIsTheFormulasOwn() {
    double[] before = new double[ScoreBins.COUNT];
    double[] now = new double[ScoreBins.COUNT];
    before[0] = 75_000;
    before[9] = 25_000;
    now[0] = 50_000;
    now[9] = 50_000;

    // (.5 - .75) ln(.5 / .75) + (.5 - .25) ln(.5 / .25)
    assertEquals(.27465, ScoreBins.stability(before, now), 1e-3);
  }

  @Test
  void aReferenceComesBackAsItWasWritten(@TempDir Path folder) throws IOException {
    watched();
    Path file = folder.resolve("reference.json");

    reference.write(file);

    ScoreReference read = ScoreReference.read(file);
    assertEquals("v1", read.classifier());
    assertEquals(reference.of(Role.USER).keySet(), read.of(Role.USER).keySet());
    for (String broken : new String[] {"{", "[]", "{\"format\":2}", bins("[1]"), bins("[-1]")}) {
      Files.writeString(file, broken);
      assertThrows(IllegalArgumentException.class, () -> ScoreReference.read(file), broken);
    }
  }

  private static String bins(String bins) {
    return "{\"format\":1,\"counts\":{\"user\":{\"hate\":" + bins + "}}}";
  }
}
