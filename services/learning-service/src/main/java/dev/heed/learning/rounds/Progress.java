package dev.heed.learning.rounds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.versions.Versions;
import java.util.Optional;

/**
 * What a trainer says of itself, a JSON object a line.
 *
 * @param step done so far
 * @param of steps in all
 * @param loss of the last step
 */
public record Progress(int step, int of, double loss, double seconds) {

  /** Nothing was said yet. */
  public static final Progress NONE = new Progress(0, 0, 0, 0);

  static Optional<JsonNode> line(String line) {
    try {
      JsonNode node = Versions.JSON.readTree(line);
      return node != null && node.has("event") ? Optional.of(node) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty(); // some library's chatter
    }
  }

  static Progress of(JsonNode step) {
    return new Progress(
        step.path("step").asInt(),
        step.path("of").asInt(),
        step.path("loss").asDouble(),
        step.path("seconds").asDouble());
  }
}
