package dev.heed.inference.batching;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final int[] NOTHING = {};
  private static final float[] LOGITS = {1f, 3f, 2f, 0f, -1f};
  private static final TokenWeights WEIGHTS = new TokenWeights();
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
    assertEquals(1, new Sampler(Sampling.GREEDY).next(LOGITS.clone(), NOTHING, 0, WEIGHTS));
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
    Sampling settings = Sampling.of(0, 0, 1, 0, 2, 0, 0, 0);

    int next = new Sampler(settings).next(LOGITS.clone(), new int[] {1, 1}, 2, WEIGHTS);

    assertEquals(2, next);
  }

  @Test
  void presenceAndFrequencyCountOnlyTheReply() {
    Sampler sampler = new Sampler(Sampling.of(0, 0, 1, 0, 1, 0.6, 0.5, 0));

    assertEquals(1, sampler.next(LOGITS.clone(), new int[] {1}, 1, WEIGHTS));
    assertEquals(2, sampler.next(LOGITS.clone(), new int[] {1, 1}, 2, WEIGHTS));
  }

  @Test
  void penaltiesGoOnWithWhatTheReplyHasSaidSince() {
    // 1, 3 and 2 less .5 for each time, and .5 for the first.
    Sampler sampler = new Sampler(Sampling.of(0, 0, 1, 0, 1, 0.5, 0.5, 0));
    int[] tokens = new int[8];
    int size = 1;
    while (size < 8) {
      tokens[size] = sampler.next(LOGITS.clone(), tokens, size, WEIGHTS);
      size++;
    }

    assertArrayEquals(new int[] {0, 1, 1, 2, 1, 0, 1, 2}, tokens);
  }

  @Test
  void theRepetitionPenaltyIsForReplyAndPromptAlike() {
    Sampler sampler = new Sampler(Sampling.of(0, 0, 1, 0, 4, 0, 0, 0));
    int[] tokens = {2, 0, 0, 0};
    for (int size = 1; size < 4; size++) {
      tokens[size] = sampler.next(LOGITS.clone(), tokens, size, WEIGHTS);
    }

    // Of 1, 3, 2 a quarter is left once a token has come.
    assertArrayEquals(new int[] {2, 1, 0, 1}, tokens);
  }

  @Test
  void aBiasIsAddedToItsTokensLogit() {
    var up = new Sampling(0, 0, 1, 0, 1, 0, 0, 1, 0, Map.of(4, 100.0), 0);
    var down = new Sampling(0, 0, 1, 0, 1, 0, 0, 1, 0, Map.of(1, -100.0), 0);

    assertEquals(4, new Sampler(up).next(LOGITS.clone(), NOTHING, 0, WEIGHTS));
    assertEquals(2, new Sampler(down).next(LOGITS.clone(), NOTHING, 0, WEIGHTS));
  }

  @Test
  void noSequenceComesTwiceInTheReplyAndThePromptIsNoPartOfIt() {
    var settings = new Sampling(0, 0, 1, 0, 1, 0, 0, 1, 2, Map.of(), 0);
    Sampler sampler = new Sampler(settings);
    int[] tokens = new int[8];
    tokens[0] = 1;
    tokens[1] = 1;
    int size = 2;
    for (int i = 0; i < 6; i++) {
      tokens[size] = sampler.next(LOGITS.clone(), tokens, size, WEIGHTS);
      size++;
    }
    // Greedy says 1 for ever; no pair of tokens may come again: 1 1 2 1 x, where x is neither.
    assertArrayEquals(new int[] {1, 1, 1, 1, 2, 1}, java.util.Arrays.copyOf(tokens, 6));
    assertTrue(tokens[6] != 1 && tokens[6] != 2);
  }

  /** Meister et al. 2022: of .5, .3, .2 the entropy is 1.03; -log p is .69, 1.20 and 1.61. */
  @Test
  void typicalSamplingKeepsWhatIsAsSurprisingAsExpected() {
    float[] logits = {(float) Math.log(.5), (float) Math.log(.3), (float) Math.log(.2)};
    var narrow = new Sampling(1, 0, 1, 0, 1, 0, 0, .25, 0, Map.of(), 3);
    var wider = new Sampling(1, 0, 1, 0, 1, 0, 0, .5, 0, Map.of(), 3);
    Sampler one = new Sampler(narrow);
    Sampler two = new Sampler(wider);
    boolean first = false;
    for (int i = 0; i < 200; i++) {
      assertEquals(1, one.next(logits.clone(), NOTHING, 0, WEIGHTS));
      int drawn = two.next(logits.clone(), NOTHING, 0, WEIGHTS);
      assertTrue(drawn < 2);
      first |= drawn == 0;
    }
    assertTrue(first);
  }

  private static List<Integer> draws(long seed) {
    Sampler sampler = new Sampler(Sampling.of(1, 0, 1, 0, 1, 0, 0, seed));
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      drawn.add(sampler.next(LOGITS.clone(), NOTHING, 0, WEIGHTS));
    }
    return drawn;
  }

  private static Sampling sampling(double temperature, int topK, double topP, double minP) {
    return Sampling.of(temperature, topK, topP, minP, 1, 0, 0, 42);
  }

  private static double[] frequencies(Sampling settings) {
    Sampler sampler = new Sampler(settings);
    double[] seen = new double[LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      seen[sampler.next(LOGITS.clone(), NOTHING, 0, WEIGHTS)] += 1.0 / DRAWS;
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
