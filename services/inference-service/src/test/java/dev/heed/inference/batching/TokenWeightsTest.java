package dev.heed.inference.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a whole vocabulary, beside a softmax in doubles that sorts all of it. */
class TokenWeightsTest {

  private static final int VOCABULARY = 49_152;
  private static final int DRAWS = 200_000;

  /** What a weight may be off, relative. */
  private static final double OFF = 0.003;

  private static final Consumer<TokenWeights> HEAVIEST_THREE = tokens -> tokens.keepHeaviest(3);

  /** Few likely tokens, as in a text, or many. */
  private static float[] logits(double spread) {
    Random random = new Random(17);
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) (spread * random.nextGaussian());
    }
    return logits;
  }

  private static double[] probabilities(float[] logits, double temperature) {
    double top = IntStream.range(0, VOCABULARY).mapToDouble(i -> logits[i]).max().orElseThrow();
    double[] p =
        IntStream.range(0, VOCABULARY)
            .mapToDouble(i -> Math.exp((logits[i] - top) / temperature))
            .toArray();
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(weight -> weight / sum).toArray();
  }

  private static List<Integer> heaviestFirst(double[] p) {
    return IntStream.range(0, VOCABULARY)
        .boxed()
        .sorted((a, b) -> p[a] == p[b] ? a - b : Double.compare(p[b], p[a]))
        .toList();
  }

  private static double[] frequencies(
      float[] logits, double temperature, Consumer<TokenWeights> cut) {
    TokenWeights tokens = new TokenWeights();
    tokens.weigh(logits, temperature);
    cut.accept(tokens);
    double[] seen = new double[VOCABULARY];
    for (int i = 0; i < DRAWS; i++) {
      seen[tokens.draw((i + 0.5) / DRAWS)] += 1.0 / DRAWS;
    }
    return seen;
  }

  /** Each token as often as its share of those that are kept, and no other token. */
  private static void assertKept(double[] p, List<Integer> kept, double[] seen) {
    double sum = kept.stream().mapToDouble(id -> p[id]).sum();
    BitSet allowed = new BitSet();
    for (int id : kept) {
      allowed.set(id);
      assertEquals(p[id] / sum, seen[id], OFF * p[id] / sum + 2.0 / DRAWS, "token " + id);
    }
    for (int id = 0; id < VOCABULARY; id++) {
      assertTrue(allowed.get(id) || seen[id] == 0, "token " + id + " was cut");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 2, 5})
  void drawsFromAllTokens(double spread) {
    float[] logits = logits(spread);
    double[] p = probabilities(logits, 0.7);

    double[] seen = frequencies(logits, 0.7, _ -> {});

    assertKept(p, heaviestFirst(p), seen);
  }

  /** Blocks of the same length are there for some of these alone. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 127, 129, 1_000, 4_097})
  void everyTokenOfAnyVocabularyIsDrawn(int vocabulary) {
    TokenWeights tokens = new TokenWeights();
    BitSet drawn = new BitSet();
    tokens.weigh(new float[vocabulary], 1);
    int likeliest = tokens.likeliest();

    for (int i = 0; i < vocabulary; i++) {
      drawn.set(tokens.draw((i + 0.5) / vocabulary));
    }

    assertEquals(0, likeliest);
    assertEquals(vocabulary, drawn.cardinality());
    assertEquals(Math.log(vocabulary), tokens.logOfTotal(), 1e-4);
    assertEquals(vocabulary, tokens.heaviest(vocabulary).size());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 2, 5})
  void keepsTheHeaviest(double spread) {
    float[] logits = logits(spread);
    double[] p = probabilities(logits, 1);

    double[] seen = frequencies(logits, 1, tokens -> tokens.keepHeaviest(50));

    assertKept(p, heaviestFirst(p).subList(0, 50), seen);
  }

  @ParameterizedTest
  @ValueSource(doubles = {2, 5})
  void keepsTheNucleus(double spread) {
    float[] logits = logits(spread);
    double[] p = probabilities(logits, 0.7);
    List<Integer> sorted = heaviestFirst(p);
    int most = 0;
    for (double reached = 0; reached < 0.9; most++) {
      reached += p[sorted.get(most)];
    }

    double[] seen = frequencies(logits, 0.7, tokens -> tokens.keepNucleus(0.9));

    // What a weight is off may move the border.
    int kept = (int) Arrays.stream(seen).filter(share -> share > 0).count();
    int likely = (int) sorted.stream().filter(id -> p[id] > 10.0 / DRAWS).count();
    assertTrue(kept <= most * (1 + OFF) + 1, kept + " instead of " + most);
    assertKept(p, sorted.subList(0, Math.max(kept, Math.min(most, likely))), seen);
  }

  @ParameterizedTest
  @ValueSource(doubles = {3, 5})
  void keepsTheTypical(double spread) {
    float[] logits = logits(spread);
    double[] p = probabilities(logits, 1);
    double entropy = Arrays.stream(p).map(share -> -share * Math.log(share)).sum();
    double[] off = Arrays.stream(p).map(share -> Math.abs(-Math.log(share) - entropy)).toArray();

    double[] seen = frequencies(logits, 1, tokens -> tokens.keepTypical(0.8));

    // What weights are off moves the entropy, and with it the border.
    int farthest =
        IntStream.range(0, VOCABULARY)
            .filter(id -> seen[id] > 0)
            .boxed()
            .max(Comparator.comparingDouble(id -> off[id]))
            .orElseThrow();
    double kept =
        IntStream.range(0, VOCABULARY).filter(id -> seen[id] > 0).mapToDouble(id -> p[id]).sum();
    for (int id = 0; id < VOCABULARY; id++) {
      boolean certain = p[id] > 10.0 / DRAWS && off[id] < off[farthest] - OFF;
      assertTrue(!certain || seen[id] > 0, "token " + id + " was cut");
    }
    assertTrue(kept < 0.8 + p[farthest] + OFF, "no more than needed: " + kept);
  }

  @Test
  void theTypicalOfTheHeaviestAreOfTheirs() {
    float[] logits = new float[VOCABULARY];
    Arrays.fill(logits, 0.1f);
    logits[4] = (float) Math.log(50);
    logits[7] = (float) Math.log(30);
    logits[9] = (float) Math.log(20);
    double[] p = probabilities(logits, 1);

    double[] seen =
        frequencies(logits, 1, HEAVIEST_THREE.andThen(tokens -> tokens.keepTypical(0.25)));

    // Of .5, .3 and .2 the entropy is 1.03; -log p is .69, 1.20 and 1.61.
    assertKept(p, List.of(7), seen);
  }

  @Test
  void theHeaviestMayBeMoreThanHaveABlockOfTheirOwn() {
    float[] logits = logits(2);
    double[] p = probabilities(logits, 1);

    double[] seen = frequencies(logits, 1, tokens -> tokens.keepHeaviest(1_000));

    assertKept(p, heaviestFirst(p).subList(0, 1_000), seen);
  }

  @Test
  void theNucleusOfTheHeaviestIsOfTheirs() {
    float[] logits = new float[VOCABULARY];
    Arrays.fill(logits, -3);
    logits[9] = 2;
    logits[4] = 1;
    logits[7] = 1;
    logits[5] = 0.5f;
    double[] p = probabilities(logits, 1);

    double[] seen =
        frequencies(logits, 1, HEAVIEST_THREE.andThen(tokens -> tokens.keepNucleus(0.7)));

    assertKept(p, List.of(9, 4), seen);
  }

  @Test
  void whatIsRuledOutIsNeverDrawn() {
    float[] logits = new float[VOCABULARY];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    logits[100] = -40;
    logits[40_000] = -41;

    double[] seen = frequencies(logits, 1, _ -> {});

    assertEquals(1 / (1 + Math.exp(-1)), seen[100], OFF);
    assertEquals(1, seen[100] + seen[40_000], 1e-9);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 1e-30, Double.MIN_VALUE})
  void theTypicalOfOneTokenIsThatOne(double temperature) {
    float[] logits = logits(5);

    double[] seen = frequencies(logits, temperature, tokens -> tokens.keepTypical(0.9));

    assertEquals(1, seen[heaviestFirst(probabilities(logits, 1)).getFirst()], 1e-9);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 1e-30, Double.MIN_VALUE})
  void aTemperatureNearZeroIsGreedy(double temperature) {
    float[] logits = logits(5);
    logits[33] = Float.NEGATIVE_INFINITY;

    double[] seen = frequencies(logits, temperature, tokens -> tokens.keepNucleus(0.9));

    assertEquals(1, seen[heaviestFirst(probabilities(logits, 1)).getFirst()], 1e-9);
  }
}
