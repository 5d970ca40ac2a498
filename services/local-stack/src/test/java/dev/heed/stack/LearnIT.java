package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learning loop in small: real replies, the real classifier, the real trust filter. */
class LearnIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROUNDS = 3;

  /** What {@code --cache} kept of the default model's replies to the prompts of seed 900. */
  private static final Path REPLIES = Path.of("src/test/resources/learn/pool-900-f7364438.json");

  @TempDir Path folder;

  @Test
  void withTrustTheModelLearnsFromTheHelpersAndNotFromTheOthers()
      throws IOException, InterruptedException {
    Stack stack = new Stack(folder, Stack.freeRange());
    // Replies drawn once: drawn anew, so few of them are good or bad by luck (docs/benchmarks.md).
    Path replies = Files.createDirectory(folder.resolve("replies"));
    Files.copy(REPLIES, replies.resolve(REPLIES.getFileName()));
    Stack.Outcome outcome =
        stack.heed("learn", "simulate", "--short", "--seed=900", "--json", "--cache=" + replies);
    assertEquals(0, outcome.code(), outcome.out());
    Map<String, JsonNode> last = new HashMap<>();
    int lines = 0;
    for (String line : outcome.out().lines().filter(text -> text.startsWith("{\"arm\"")).toList()) {
      JsonNode node = JSON.readTree(line);
      last.put(node.path("arm").asText(), node);
      lines++;
    }
    assertEquals(5 * ROUNDS, lines, outcome.out());
    double none = good(last, "none");
    assertTrue(good(last, "trust") - none >= .9 * (good(last, "oracle") - none), last::toString);
    double raw = Math.max(good(last, "all"), good(last, "majority"));
    assertTrue(good(last, "trust") > raw, last::toString);
    assertTrue(good(last, "trust") - raw >= .5 * (good(last, "oracle") - raw), last::toString);
    double harm = inappropriate(last, "trust");
    for (String arm : List.of("none", "all", "majority")) {
      assertTrue(harm <= inappropriate(last, arm) / 3, last::toString);
    }
    try (Stream<Path> files = Files.list(replies)) {
      // Nothing was sampled: the kept replies were found.
      var pools = files.map(Path::getFileName).filter(name -> name.toString().startsWith("pool"));
      assertEquals(List.of(REPLIES.getFileName()), pools.toList());
    }
  }

  @Test
  void whatTheBuiltInTrainerMakesIsWhatInferenceRanksBy() throws IOException, InterruptedException {
    Stack stack = new Stack(folder, Stack.freeRange());
    Path rows = folder.resolve("rows.jsonl");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      var row = JSON.createObjectNode().put("id", "" + i).put("conversation", "c" + i);
      row.putArray("context").addObject().put("role", "user").put("text", "Tell me of number " + i);
      row.put("reply", i % 2 == 0 ? "It is a number." : "Wow! What a number!");
      row.put("label", i % 2 == 0 ? "good" : "bad").put("p_right", .9).put("weight", .8);
      row.putArray("reasons").addAll(i % 2 == 0 ? List.of() : List.of(new TextNode("RUDE")));
      lines.append(row.put("split", i < 25 ? "train" : "dev")).append('\n');
    }
    Files.writeString(rows, lines);
    Path made = folder.resolve("reward");
    Stack.Outcome trained =
        stack.heed("learn", "train", "--kind=reward", "--data=" + rows, "--out=" + made);
    assertEquals(0, trained.code(), trained.out());
    JsonNode inputs = JSON.readTree(made.resolve("manifest.json").toFile()).path("inputs");
    assertTrue(inputs.has("output_rude"), inputs::toString);

    Stack.Outcome ranked =
        stack.heed(
            "bench",
            "rerank",
            "--reward=" + made,
            "--candidates=2",
            "--tokens=4",
            "--replies=2",
            "--json");

    assertEquals(0, ranked.code(), ranked.out());
    String line = ranked.out().lines().filter(text -> text.startsWith("{")).findFirst().orElse("");
    assertTrue(JSON.readTree(line).path("judging_ms").asDouble() > 0, ranked.out());
  }

  private static double inappropriate(Map<String, JsonNode> last, String arm) {
    return last.get(arm).path("inappropriate").asDouble();
  }

  private static double good(Map<String, JsonNode> last, String arm) {
    assertEquals(ROUNDS, last.get(arm).path("round").asInt());
    return last.get(arm).path("good").asDouble();
  }
}
