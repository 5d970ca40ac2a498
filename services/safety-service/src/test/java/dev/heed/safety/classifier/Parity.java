package dev.heed.safety.classifier;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Compares Java's scores with those that Python gives by the same network. */
final class Parity {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Parity() {}

  /**
   * The largest difference of any score.
   *
   * @param lines texts with Python's scores, as {@code models/safety/scores.py} writes them
   */
  static double worst(Path folder, List<String> lines) throws IOException {
    double worst = 0;
    if (lines.isEmpty()) {
      throw new AssertionError("nothing to compare");
    }
    try (Classifier classifier = Classifiers.open(folder, 1, Duration.ofSeconds(60))) {
      for (String line : lines) {
        JsonNode row = JSON.readTree(line);
        List<String> context = new ArrayList<>();
        row.get("context").forEach(turn -> context.add(turn.asText()));
        Rating rating =
            classifier.rate(
                new Subject(context, row.get("text").asText(), Role.of(row.get("role").asText())));
        for (var score : row.get("scores").properties()) {
          double other = rating.scores().getOrDefault(score.getKey(), Double.NaN);
          double difference = Math.abs(other - score.getValue().asDouble());
          // A missing score is as bad as can be.
          worst = Math.max(worst, Double.isNaN(difference) ? 1 : difference);
        }
      }
    }
    return worst;
  }
}
