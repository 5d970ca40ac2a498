package dev.heed.trust.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.trust.reliability.ReviewPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Plays the reviewers for {@code heed trust --review}: looks up what it picks, and no more than the
 * budget allows. The file is read whole, but only what is picked is ever told to the filter.
 */
final class Reviews {

  /** Raters that are looked at again after a review: it moved the classifier's record. */
  private static final int RECHECKED = 64;

  private final Map<String, JsonNode> oracle = new HashMap<>();
  private final Set<String> recent = new LinkedHashSet<>();
  private final ReviewPlan plan;
  private final Ratings ratings;

  /**
   * @param file lines of {@code {"item","label"}}
   * @throws IllegalArgumentException naming the line that is not as it must be
   */
  Reviews(Path file, double budget, Ratings ratings) throws IOException {
    this.plan = new ReviewPlan(budget);
    this.ratings = ratings;
    ObjectMapper json = new ObjectMapper();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          take(json, line, number);
        }
      }
    }
  }

  private void take(ObjectMapper json, String line, int number) {
    try {
      JsonNode node = json.readTree(line);
      TrustCommand.required(node, "item");
      TrustCommand.required(node, "label");
      oracle.put(Ratings.keyOf(node.path("item")), node.path("label"));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("line " + number + " of the reviews is no JSON object");
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "line " + number + " of the reviews: " + e.getMessage(), e);
    }
  }

  /** What there is to write after a rating: reviews, and the beliefs that they move. */
  List<ObjectNode> after(JsonNode event, TrustCommand writer) {
    String user = Ratings.keyOf(event.path("user"));
    String item = Ratings.keyOf(event.path("item"));
    JsonNode prior = event.path("prior");
    OptionalDouble p =
        prior.isNumber() ? OptionalDouble.of(prior.asDouble()) : OptionalDouble.empty();
    plan.rated(user, item, event.path("label").asInt(), p);
    recent.remove(user);
    recent.add(user);
    if (recent.size() > RECHECKED) {
      recent.remove(recent.iterator().next());
    }
    List<ObjectNode> lines = new ArrayList<>();
    for (var next = plan.next(); next.isPresent(); next = plan.next()) {
      JsonNode truth = oracle.get(next.get());
      ObjectNode line = writer.object();
      line.set("review", ratings.name(next.get()));
      lines.add(line);
      if (truth != null) {
        plan.answered(next.get(), truth.asInt());
        ratings.review(next.get(), truth).forEach(outcome -> lines.add(writer.json(outcome)));
        recent.forEach(ratings::recheck);
      }
    }
    return lines;
  }
}
