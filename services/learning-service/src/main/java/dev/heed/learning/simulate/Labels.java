package dev.heed.learning.simulate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.reward.BuiltInReward;
import dev.heed.learning.reward.RewardModel.Example;
import dev.heed.learning.tools.Children;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Turns ratings into what a reward model learns from, as an arm does. */
final class Labels {

  private static final JsonMapper JSON = new JsonMapper();

  private final Children children;

  Labels(Children children) {
    this.children = children;
  }

  /**
   * What is learnt of the same ratings, in their order; weight 0 where one is left out.
   *
   * @param good that the reply is good, by the thumb
   * @param rude that it is rude or inappropriate, by the reason given with a thumb down
   */
  record Lessons(List<Example> good, List<Example> rude) {}

  /** What an arm learns of ratings. */
  Lessons of(Arm arm, List<Rating> ratings) throws IOException, InterruptedException {
    return switch (arm) {
      case ALL ->
          new Lessons(
              ratings.stream().map(r -> example(r, r.up() ? 1 : 0, 1)).toList(),
              ratings.stream().map(r -> example(r, r.rude() ? 1 : 0, 1)).toList());
      case ORACLE ->
          new Lessons(
              ratings.stream().map(r -> example(r, r.up() ? 1 : 0, r.honest() ? 1 : 0)).toList(),
              ratings.stream().map(r -> example(r, r.rude() ? 1 : 0, r.honest() ? 1 : 0)).toList());
      case MAJORITY -> new Lessons(majority(ratings, Rating::up), majority(ratings, Rating::rude));
      case TRUST -> trusted(ratings);
      case NONE -> throw new IllegalArgumentException("this arm does not learn");
    };
  }

  private static Example example(Rating rating, double good, double weight) {
    return new Example(rating.reply().features(), good, weight);
  }

  private static List<Example> majority(List<Rating> ratings, Predicate<Rating> says) {
    Map<String, Integer> votes = new HashMap<>();
    ratings.forEach(r -> votes.merge(r.reply().item(), says.test(r) ? 1 : -1, Integer::sum));
    List<Example> examples = new ArrayList<>();
    for (Rating rating : ratings) {
      int lead = votes.get(rating.reply().item());
      examples.add(example(rating, lead > 0 ? 1 : 0, lead == 0 ? 0 : 1));
    }
    return examples;
  }

  /**
   * The trust filter as trust-service runs it, replayed from the beginning without the sweep at the
   * end that only the command makes; what it says last of a rating holds. Its label 1 is "bad".
   * There is no prior: the classifier knows what is unsafe and nothing of what is dull or wrong,
   * which is what most thumbs are about; trust-service does the same. A label of probability p
   * weighs |2p - 1| and counts for what it more likely means: a consistent liar's are turned round.
   */
  private Lessons trusted(List<Rating> ratings) throws IOException, InterruptedException {
    List<ObjectNode> events = new ArrayList<>();
    for (Rating rating : ratings) {
      ObjectNode event = JSON.createObjectNode().put("user", rating.user());
      event.put("item", rating.reply().item()).put("label", rating.up() ? 0 : 1);
      events.add(event.putNull("prior"));
    }
    Map<String, Double> right = new HashMap<>();
    for (JsonNode line : children.run(List.of("trust", "--one-pass"), events, n -> {})) {
      String key = line.path("user").asText() + " " + line.path("item").asText();
      right.put(key, line.path("p_right").asDouble());
    }
    List<Example> good = new ArrayList<>();
    List<Example> rude = new ArrayList<>();
    for (Rating rating : ratings) {
      double p = right.get(rating.user() + " " + rating.reply().item());
      float[] features = rating.reply().features();
      good.add(BuiltInReward.example(features, rating.up() ? p : 1 - p));
      List<String> reasons = List.of(rating.rude() ? BuiltInReward.RUDE : "OTHER");
      rude.add(BuiltInReward.rudeness(features, rating.up(), reasons, p));
    }
    return new Lessons(good, rude);
  }
}
