package dev.heed.inference.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final int[] NOTHING = {};
  private static final float[] LOGITS = {1f, 3f, 2f, 0f, -1f};
  private static final int DRAWS = 40_000;

  @Test
  void settingsOutOfBoundsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> sampling(-1, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> sampling(Double.NaN, 0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> sampling(1, -1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> sampling(1, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> sampling(1, 0, 1, 1.1));
  }

  @Test
  void greedyTakesTheLikeliest() {
    assertEquals(1, new Sampler(Sampling.GREEDY).next(LOGITS.clone(), NOTHING, 0));
  }

  @Test
  void frequenciesAreThoseOfTheSoftmax() {
    double[] expected = softmax(LOGITS, 0.7);

    double[] seen = frequencies(sampling(0.7, 0, 1, 0));

    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], seen[i], 0.01, "token " + i);
    }
  }

  @Test
  void topKKeepsTheLikeliest() {
    double[] seen = frequencies(sampling(1, 2, 1, 0));

    assertEquals(0, seen[0] + seen[3] + seen[4]);
    assertEquals(Math.E / (1 + Math.E), seen[1], 0.01);
  }

  @Test
  void topPKeepsTheNucleus() {
    // Probabilities 0.64, 0.24, 0.09 ...: two reach 0.7.
    double[] seen = frequencies(sampling(1, 0, 0.7, 0));

    assertEquals(0, seen[0] + seen[3] + seen[4]);
    assertTrue(seen[2] > 0.2);
  }

  @Test
  void minPDropsWhatIsFarBelowTheLikeliest() {
    // exp(-1) = 0.37 and exp(-2) = 0.14 of the likeliest one.
    double[] seen = frequencies(sampling(1, 0, 1, 0.2));

    assertEquals(0, seen[0] + seen[3] + seen[4]);
    assertTrue(seen[2] > 0.2);
  }

  @Test
  void aSeedGivesTheSameDraws() {
    assertEquals(draws(7), draws(7));
    assertTrue(!draws(7).equals(draws(8)));
  }

  @Test
  void theRepetitionPenaltyDividesOrMultiplies() {
    Sampling settings = new Sampling(0, 0, 1, 0, 2, 0, 0, 0);

    int next = new Sampler(settings).next(LOGITS.clone(), new int[] {1, 1}, 2);

    assertEquals(2, next);
  }

  @Test
  void presenceAndFrequencyCountOnlyTheReply() {
    Sampler sampler = new Sampler(new Sampling(0, 0, 1, 0, 1, 0.6, 0.5, 0));

    assertEquals(1, sampler.next(LOGITS.clone(), new int[] {1}, 1));
    assertEquals(2, sampler.next(LOGITS.clone(), new int[] {1, 1}, 2));
  }

  private static List<Integer> draws(long seed) {
    Sampler sampler = new Sampler(new Sampling(1, 0, 1, 0, 1, 0, 0, seed));
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      drawn.add(sampler.next(LOGITS.clone(), NOTHING, 0));
    }
    return drawn;
  }

  private static Sampling sampling(double temperature, int topK, double topP, double minP) {
    return new Sampling(temperature, topK, topP, minP, 1, 0, 0, 42);
  }

  private static double[] frequencies(Sampling settings) {
    Sampler sampler = new Sampler(settings);
    double[] seen = new double[LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      seen[sampler.next(LOGITS.clone(), NOTHING, 0)] += 1.0 / DRAWS;
    }
    return seen;
  }

  private static double[] softmax(float[] logits, double temperature) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit / temperature);
    }
    double[] p = new double[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] / temperature) / sum;
    }
    return p;
  }
}
