package dev.heed.learning.reward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.heed.learning.dataset.Row.Said;
import dev.heed.learning.reward.RewardModel.Example;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RewardGraphTest {

  private static final int COSINE = 2 * MiniLm.WIDTH;
  private static final int TOKENS = COSINE + 1;
  private static final int DISTINCT = COSINE + 2;
  private static final int COUNTS = COSINE + 3; // of unknown tokens, then ! ? . ,
  private static final List<Said> BREAD =
      List.of(new Said("assistant", "Hello."), new Said("user", "How do I bake bread?"));

  private static PairFeatures pairs;

  @BeforeAll
  static void open() throws IOException {
    pairs = new PairFeatures(1);
  }

  @AfterAll
  static void close() {
    pairs.close();
  }

  @Test
  void countsTheTokensOfTheReplyAlone() {
    float[] features = pairs.of(BREAD, "Bread, bread! \u4df0 and (bread)?");

    // bread , bread ! unknown and ( bread ) ? are ten tokens, eight of them distinct.
    assertEquals(PairFeatures.WIDTH, features.length);
    assertEquals(Math.log1p(10), features[TOKENS], 1e-5);
    assertEquals(.8, features[DISTINCT], 1e-5);
    double[] expected = {1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(Math.log1p(expected[i]), features[COUNTS + i], 1e-5, "mark " + i);
    }
  }

  @Test
  void aReplyToTheMatterIsNearerThanOneBesideIt() {
    float[] near = pairs.of(BREAD, "Mix flour, water and yeast, then bake the dough.");
    float[] far = pairs.of(BREAD, "The third moon of Jupiter has no atmosphere.");

    double length = 0;
    for (int i = 0; i < MiniLm.WIDTH; i++) {
      length += near[i] * near[i];
    }
    assertEquals(1, length, 1e-4);
    assertTrue(near[COSINE] > far[COSINE], near[COSINE] + " " + far[COSINE]);
  }

  @Test
  void nothingSaidIsNoError() {
    float[] features = pairs.of(List.of(), "");

    assertTrue(IntStream.range(0, features.length).allMatch(i -> Float.isFinite(features[i])));
    assertEquals(0, features[TOKENS]);
  }

  @Test
  void whoWritesASeparatorWritesNothing() {
    assertEquals(
        pairs.of(BREAD, "Mix [SEP] flour.")[TOKENS], pairs.of(BREAD, "Mix flour.")[TOKENS]);
  }

  @Test
  void theGraphRatesTokensAsTheModelRatesTheirFeatures() throws IOException, OrtException {
    List<String> replies =
        List.of("Mix flour.", "Wow! Truly amazing!", "Bake it for an hour.", "Incredible!", "No.");
    List<float[]> raw = replies.stream().map(reply -> pairs.of(BREAD, reply)).toList();
    RewardModel.Scale scale = new RewardModel.Scale(raw);
    List<Example> examples =
        IntStream.range(0, raw.size())
            .mapToObj(i -> new Example(scale.of(raw.get(i)), i % 2 == 0 ? 1 : 0, 1))
            .toList();
    RewardModel good = RewardModel.train(examples, .01);
    RewardModel rude = RewardModel.train(examples.subList(0, 2), .01);

    double[] scores = new double[replies.size()];
    try (TokenGraph one = new TokenGraph(pairs.graph(scale, good, Optional.empty()), 1);
        TokenGraph both = new TokenGraph(pairs.graph(scale, good, Optional.of(rude)), 1);
        RewardTokens tokens = new RewardTokens(PairFeatures.tokenizer(), PairFeatures.layout())) {
      for (int i = 0; i < scores.length; i++) {
        long[] ids = tokens.ids(BREAD, replies.get(i));
        float[] features = scale.of(raw.get(i));
        scores[i] = only(one.run(ids).get(RewardScorer.P_GOOD));
        assertEquals(Set.of(RewardScorer.P_GOOD), one.run(ids).keySet());
        assertEquals(good.score(features), scores[i], 1e-4);
        assertEquals(scores[i], only(both.run(ids).get(RewardScorer.P_GOOD)), 1e-6);
        assertEquals(rude.score(features), only(both.run(ids).get(RewardScorer.P_RUDE)), 1e-4);
      }
    }
    assertNotEquals(Arrays.stream(scores).min(), Arrays.stream(scores).max());
  }

  private static float only(Object output) {
    float[] values = (float[]) output;
    assertEquals(1, values.length);
    return values[0];
  }
}
