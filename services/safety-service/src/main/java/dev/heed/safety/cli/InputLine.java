package dev.heed.safety.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.safety.policy.Action;
import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A line of {@code ./heed classify}: a text to judge, or a recorded verdict to decide again.
 *
 * @param id as it came, text or number
 * @param subject the text; null with a recorded verdict
 * @param recorded scores that were written down; null with a text
 * @param action what was done then, if the record says so
 */
record InputLine(
    JsonNode id,
    String tenant,
    Role role,
    Subject subject,
    Map<String, Double> recorded,
    Optional<Action> action) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException saying what belongs there, without any of its text
   */
  static InputLine read(String line) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON");
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException("a JSON object belongs here");
    }
    JsonNode id = node.path("id");
    if (!id.isTextual() && !id.isNumber()) {
      throw new IllegalArgumentException("id must be a string");
    }
    Role role = Role.of(node.hasNonNull("role") ? node.get("role").asText() : "user");
    String tenant = node.path("tenant").asText("default");
    if (node.path("scores").isObject() && !node.has("text")) {
      return new InputLine(id, tenant, role, null, scores(node.get("scores")), action(node));
    }
    if (!node.path("text").isTextual()) {
      throw new IllegalArgumentException("text must be a string");
    }
    Subject subject = new Subject(context(node.path("context")), node.get("text").asText(), role);
    return new InputLine(id, tenant, role, subject, null, Optional.empty());
  }

  private static List<String> context(JsonNode before) {
    if (!before.isArray() && !before.isMissingNode() && !before.isNull()) {
      throw new IllegalArgumentException("context must be a list of strings");
    }
    List<String> context = new ArrayList<>();
    for (JsonNode turn : before) {
      if (!turn.isTextual()) {
        throw new IllegalArgumentException("context must be a list of strings");
      }
      context.add(turn.asText());
    }
    return context;
  }

  private static Map<String, Double> scores(JsonNode node) {
    Map<String, Double> all = new HashMap<>();
    for (Map.Entry<String, JsonNode> score : node.properties()) {
      double value = score.getValue().asDouble(Double.NaN);
      if (!Categories.isKnown(score.getKey()) || !(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException("a score of a known category in [0, 1] belongs here");
      }
      all.put(score.getKey(), value);
    }
    return all;
  }

  private static Optional<Action> action(JsonNode node) {
    if (!node.hasNonNull("action")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Action.valueOf(node.get("action").asText().toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("action must be one of a policy");
    }
  }
}
