package dev.heed.safety.opinion;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.RatingException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the answer of a moderation endpoint (OpenAI's API reference, "The moderation object"). What
 * it flags scores at least .5, which is where the default policy acts.
 */
final class Moderation {

  private static final double ACTS = 0.5;

  private Moderation() {}

  static Rating read(JsonNode answer) {
    JsonNode result = answer.path("results").path(0);
    if (!result.path("flagged").isBoolean()) {
      throw new RatingException(RatingException.Cause.ERROR);
    }
    boolean flagged = result.get("flagged").asBoolean();
    Map<String, Double> scores = new HashMap<>();
    for (var named : result.path("category_scores").properties()) {
      boolean hit = result.path("categories").path(named.getKey()).asBoolean(false);
      double score = named.getValue().asDouble(Double.NaN);
      if (!(score >= 0 && score <= 1)) {
        throw new RatingException(RatingException.Cause.NOT_A_NUMBER);
      }
      // Its own threshold decides, which differs by category: below it a score only informs.
      double scaled = hit ? Math.max(ACTS, score) : Math.min(Math.nextDown(ACTS), score);
      scores.merge(category(named.getKey()), scaled, Math::max);
    }
    if (flagged && scores.values().stream().noneMatch(score -> score >= ACTS)) {
      scores.put(Categories.UNSAFE, 1.0);
    }
    return new Rating(scores.values().stream().reduce(0.0, Math::max), scores);
  }

  private static String category(String name) {
    String head = name.contains("/") ? name.substring(0, name.indexOf('/')) : name;
    return switch (head) {
      case "hate", "harassment", "sexual" -> head;
      case "self-harm", "self_harm" -> Categories.SELF_HARM;
      case "illicit", "violence" -> Categories.HARM_REQUEST;
      default -> Categories.UNSAFE;
    };
  }
}
