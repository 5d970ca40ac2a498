package dev.heed.learning.reward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.learning.reward.RewardModel.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RewardModelTest {

  @Test
  void theGradientIsTheOneWorkedOutByHand() {
    // At weights 0 each p is .5. Example 1: weight 3, slope 3 * (.5 - 1) / 4 = -.375, feature 2.
    // Example 2: weight 1, slope (.5 - .25) / 4 = .0625, feature -1. Ridge adds nothing at 0.
    var examples =
        List.of(
            new Example(new float[] {2}, 1, 3),
            new Example(new float[] {-1}, .25, 1),
            new Example(new float[] {100}, 0, 0));
    assertArrayEquals(
        new double[] {2 * -.375 - .0625, -.375 + .0625},
        RewardModel.gradient(new double[2], examples, 4, .5),
        1e-12);
    // With weight 1 and bias 0 p is .881 and .269; ridge adds .5 * 1.
    assertArrayEquals(
        new double[] {
          2 * .75 * (0.8807970779778823 - 1) - .25 * (0.2689414213699951 - .25) + .5,
          .75 * (0.8807970779778823 - 1) + .25 * (0.2689414213699951 - .25)
        },
        RewardModel.gradient(new double[] {1, 0}, examples, 4, .5),
        1e-12);
  }

  @Test
  void itsMeanIsTheMeanOfWhatItLearntAndWeightlessExamplesHaveNoSay() {
    Random random = new Random(7);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      float x = (float) random.nextGaussian();
      double good = random.nextDouble() < 1 / (1 + Math.exp(-2 * x - .5)) ? 1 : 0;
      examples.add(new Example(new float[] {x}, good, 1));
    }
    RewardModel model = RewardModel.train(examples, 1e-4);
    double mean = examples.stream().mapToDouble(e -> model.score(e.features())).average().orElse(0);
    double wanted = examples.stream().mapToDouble(Example::good).average().orElse(0);
    assertEquals(wanted, mean, .01);
    assertTrue(model.score(new float[] {2}) > .9);
    List<Example> more = new ArrayList<>(examples);
    more.add(new Example(new float[] {2}, 0, 0));
    float[] probe = {2};
    assertEquals(model.score(probe), RewardModel.train(more, 1e-4).score(probe), 1e-12);
  }

  @Test
  void nothingToLearnFromIsSaid() {
    var weightless = List.of(new Example(new float[] {1}, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> RewardModel.train(weightless, .1));
  }

  @Test
  void theEncoderPutsLikeTextsTogether() {
    try (SentenceEncoder encoder = new SentenceEncoder(1)) {
      float[] tea = encoder.encode("How do I brew a cup of tea?");
      double near = dot(tea, encoder.encode("Pour hot water over the tea leaves."));
      double far = dot(tea, encoder.encode("The parliament passed a budget law."));
      assertEquals(1, dot(tea, tea), 1e-4);
      assertTrue(near > far + .2, near + " " + far);
    }
  }

  @Test
  void aReasonIsAsRightAsItsThumb() {
    // (up, reasons, P(right)) to (rude, weight): |2p - 1| where somebody said it, else nothing.
    rudeness(1, .8, false, List.of("RUDE", "OFF_TOPIC"), .9);
    rudeness(0, .8, false, List.of("OFF_TOPIC"), .9);
    rudeness(0, .8, true, List.of(), .9);
    rudeness(0, .8, false, List.of("RUDE"), .1); // a liar's thumb down: the reply is good
    rudeness(0, 0, true, List.of(), .1); // a liar's thumb up: bad, but of what kind?
    rudeness(0, 0, false, List.of(), .9); // bad, but of what kind?
    rudeness(1, 0, false, List.of("RUDE"), .5); // nobody knows
  }

  private static void rudeness(
      double rude, double weight, boolean up, List<String> reasons, double right) {
    Example example = BuiltInReward.rudeness(new float[] {1}, up, reasons, right);
    String of = up + " " + reasons + " " + right;
    assertEquals(weight, example.weight(), 1e-12, of);
    if (weight > 0) {
      assertEquals(rude, example.good(), of);
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void aFeatureThatIsNoNumberIsRefused() {
    var broken = List.of(new Example(new float[] {Float.NaN}, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> RewardModel.train(broken, .1));
  }

  @Test
  void everyTextHasFiniteFeatures() {
    float[] prompt = new float[SentenceEncoder.WIDTH];
    float[] reply = new float[SentenceEncoder.WIDTH];
    for (String text : List.of("", "!!!", "\n", "word", "\ud83d\ude00", "漢字")) {
      for (float feature : Features.of(prompt, reply, text, .5)) {
        assertTrue(Float.isFinite(feature), text);
      }
    }
  }
}
