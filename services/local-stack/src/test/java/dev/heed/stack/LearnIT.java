package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learning loop in small: real replies, the real classifier, the real trust filter. */
class LearnIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROUNDS = 3;

  @TempDir Path folder;

  @Test
  void withTrustTheModelLearnsFromTheHelpersAndNotFromTheOthers()
      throws IOException, InterruptedException {
    Stack stack = new Stack(folder, Stack.freeRange());
    String cache = folder.resolve("replies").toString();
    Stack.Outcome outcome =
        stack.heed("learn", "simulate", "--short", "--seed=900", "--json", "--cache=" + cache);
    assertEquals(0, outcome.code(), outcome.out());
    Map<String, JsonNode> last = new HashMap<>();
    int lines = 0;
    for (String line : outcome.out().lines().filter(text -> text.startsWith("{\"arm\"")).toList()) {
      JsonNode node = JSON.readTree(line);
      last.put(node.path("arm").asText(), node);
      lines++;
    }
    assertEquals(5 * ROUNDS, lines, outcome.out());
    double gain = good(last, "trust") - good(last, "none");
    assertTrue(gain >= .9 * (good(last, "oracle") - good(last, "none")), last::toString);
    assertTrue(good(last, "trust") > good(last, "all"), last::toString);
    assertTrue(good(last, "trust") > good(last, "majority"), last::toString);
    assertTrue(
        last.get("trust").path("inappropriate").asDouble()
            < last.get("none").path("inappropriate").asDouble(),
        last::toString);
  }

  private static double good(Map<String, JsonNode> last, String arm) {
    assertEquals(ROUNDS, last.get(arm).path("round").asInt());
    return last.get(arm).path("good").asDouble();
  }
}
