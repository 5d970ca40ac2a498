package dev.heed.inference.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.batching.TokenOdds.Odds;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of drawn tokens, beside a softmax in doubles. */
class DrawsTest {

  private static final int VOCABULARY = 49_152;

  private final Draws draws = new Draws(VOCABULARY);

  private static float[] logits(double spread) {
    Random random = new Random(29);
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) (40 + spread * random.nextGaussian());
    }
    logits[7] = Float.NEGATIVE_INFINITY;
    return logits;
  }

  private static double[] logprobs(float[] logits) {
    double total =
        Math.log(IntStream.range(0, VOCABULARY).mapToDouble(i -> Math.exp(logits[i])).sum());
    return IntStream.range(0, VOCABULARY).mapToDouble(i -> logits[i] - total).toArray();
  }

  private static int likeliest(float[] logits) {
    return IntStream.range(0, VOCABULARY)
        .boxed()
        .max(Comparator.comparingDouble(id -> logits[id]))
        .orElseThrow();
  }

  private TokenOdds odds(float[] row, Sampling sampling, int alternatives) {
    var drawn = draws.next(new Sampler(sampling), row, new int[8], 4, OptionalInt.of(alternatives));
    TokenOdds odds = drawn.odds().orElseThrow();
    assertEquals(drawn.token(), odds.drawn().token());
    return odds;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 2, 5})
  void saysHowLikelyTokensWere(double spread) {
    float[] row = logits(spread);
    double[] expected = logprobs(row);
    List<Integer> likeliest =
        IntStream.range(0, VOCABULARY)
            .boxed()
            .sorted(Comparator.comparingDouble(id -> -expected[id]))
            .limit(5)
            .toList();

    TokenOdds odds = odds(row, Sampling.of(.7, 0, .9, 0, 1, 0, 0, 3), 5);

    assertEquals(expected[odds.drawn().token()], odds.drawn().logprob(), 1e-4);
    assertEquals(likeliest, odds.top().stream().map(Odds::token).toList());
    for (Odds one : odds.top()) {
      assertEquals(expected[one.token()], one.logprob(), 1e-4);
    }
  }

  @Test
  void asTheModelSawThemBeforePenaltiesAndBiases() {
    float[] row = logits(5);
    double[] expected = logprobs(row);
    int likeliest = likeliest(row);
    Map<Integer, Double> biases = Map.of(likeliest, -100.0, 7, 100.0, 11, 100.0);

    TokenOdds odds = odds(row, new Sampling(0, 0, 1, 0, 1.3, 1, 1, 1, 2, biases, 1), 1);

    assertEquals(11, odds.drawn().token());
    assertEquals(expected[11], odds.drawn().logprob(), 1e-4);
    assertEquals(likeliest, odds.top().getFirst().token());
  }

  @Test
  void ofEquallyLikelyOnesTheFirstAreTold() {
    TokenOdds odds = odds(new float[VOCABULARY], Sampling.GREEDY, 3);

    assertEquals(List.of(0, 1, 2), odds.top().stream().map(Odds::token).toList());
    assertEquals(-Math.log(VOCABULARY), odds.drawn().logprob(), 1e-4);
  }

  @Test
  void tellsNoOthersThanWereAskedFor() {
    assertTrue(odds(logits(2), Sampling.GREEDY, 0).top().isEmpty());
    var silent =
        draws.next(new Sampler(Sampling.GREEDY), logits(2), new int[8], 4, OptionalInt.empty());
    assertTrue(silent.odds().isEmpty());
  }
}
