package dev.heed.safety.drift;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How scores were distributed when a classifier was released, or when an operator last looked:
 * counts by role, category and bin, as {@code reference.json} beside the network.
 */
public final class ScoreReference {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Role, Map<String, double[]>> counts = new EnumMap<>(Role.class);
  private final String classifier;

  /**
   * @param classifier the version whose scores are counted
   */
  public ScoreReference(String classifier) {
    this.classifier = classifier;
    for (Role role : Role.values()) {
      counts.put(role, new TreeMap<>());
    }
  }

  /** Counts the scores of one text. */
  public void add(Role role, Map<String, Double> scores) {
    scores.forEach(
        (category, score) ->
            counts.get(role)
                .computeIfAbsent(category, _ -> new double[ScoreBins.COUNT])[
                ScoreBins.of(score)]++);
  }

  /** The counts of a role, by category; not copied. */
  Map<String, double[]> of(Role role) {
    return counts.get(role);
  }

  /** The version whose scores are counted. */
  public String classifier() {
    return classifier;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException when it is none; the message names the file
   */
  public static ScoreReference read(Path file) {
    try {
      JsonNode root = JSON.readTree(file.toFile());
      ScoreReference reference = new ScoreReference(root.path("classifier").asText());
      if (root.path("format").asInt() != 1) {
        throw new IllegalArgumentException(file + ": format must be 1");
      }
      for (Role role : Role.values()) {
        for (var category : root.path("counts").path(role.label()).properties()) {
          reference.put(role, category.getKey(), category.getValue());
        }
      }
      return reference;
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " is no reference of scores", e);
    }
  }

  private void put(Role role, String category, JsonNode bins) {
    if (!Categories.isKnown(category) || bins.size() != ScoreBins.COUNT) {
      throw new IllegalArgumentException("a reference has other categories or bins");
    }
    double[] own = new double[ScoreBins.COUNT];
    for (int i = 0; i < own.length; i++) {
      own[i] = bins.get(i).asDouble(Double.NaN);
      if (!(own[i] >= 0)) {
        throw new IllegalArgumentException("a reference holds counts");
      }
    }
    counts.get(role).put(category, own);
  }

  /** Writes a file. */
  public void write(Path file) throws IOException {
    ObjectNode root = JSON.createObjectNode().put("format", 1).put("classifier", classifier);
    ObjectNode all = root.putObject("counts");
    counts.forEach(
        (role, own) -> {
          ObjectNode ofRole = all.putObject(role.label());
          own.forEach(
              (category, bins) -> {
                ArrayNode array = ofRole.putArray(category);
                for (double count : bins) {
                  array.add(Math.round(count));
                }
              });
        });
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
  }
}
