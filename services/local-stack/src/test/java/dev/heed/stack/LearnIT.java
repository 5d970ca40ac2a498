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
    // Few ratings of replies that are drawn anew each time say no more than this. That trust gains
    // nine tenths of what honest labels alone do, and harms less than not learning at all, is
    // measured at full size (docs/benchmarks.md).
    double raw = Math.max(good(last, "all"), good(last, "majority"));
    assertTrue(good(last, "trust") > raw, last::toString);
    assertTrue(good(last, "trust") - raw >= .5 * (good(last, "oracle") - raw), last::toString);
    double harm = inappropriate(last, "trust");
    assertTrue(harm < inappropriate(last, "all"), last::toString);
    assertTrue(harm < inappropriate(last, "majority"), last::toString);
  }

  private static double inappropriate(Map<String, JsonNode> last, String arm) {
    return last.get(arm).path("inappropriate").asDouble();
  }

  private static double good(Map<String, JsonNode> last, String arm) {
    assertEquals(ROUNDS, last.get(arm).path("round").asInt());
    return last.get(arm).path("good").asDouble();
  }
}
