package dev.heed.safety.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as people call them. */
class SafetyToolTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STANDIN = "src/test/resources/standin-classifier";

  private record Outcome(int exit, List<String> out, String err) {}

  private static Outcome run(String input, String... args) {
    return run(input.getBytes(StandardCharsets.UTF_8), args);
  }

  private static Outcome run(byte[] input, String... args) {
    return run(new ByteArrayInputStream(input), args);
  }

  private static Outcome run(InputStream input, String... args) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    try {
      System.setIn(input);
      System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
      int exit = SafetyTool.run(args);
      return new Outcome(
          exit,
          written.toString(StandardCharsets.UTF_8).lines().toList(),
          told.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void badLinesAreNamedAndTheOthersAnswered() throws IOException {
    String input =
        """
        {"id":"a","text":"hello","role":"user"}
        not json
        {"id":"b"}
        {"text":"no id"}
        {"id":"c","text":"x","role":"robot"}
        {"id":"d","text":"x","context":"no list"}
        {"id":"e","text":"x","context":[1]}
        [1]

        {"id":"f","text":"x"} {"id":"g","text":"y"}
        {"id":"h","text":"kill yourself","role":"bot","context":["hi"]}
        """;

    Outcome outcome = run(input, "classify", "--classifier", "none");

    assertEquals(1, outcome.exit());
    assertEquals(List.of("a", "h"), ids(outcome.out()));
    for (int line : new int[] {2, 3, 4, 5, 6, 7, 8, 10}) {
      assertTrue(outcome.err().contains("line " + line + ":"), () -> "line " + line);
    }
    assertFalse(outcome.err().contains("not json"));
    assertEquals(0, run(input, "classify", "--classifier", "none", "--skip-bad").exit());
  }

  @Test
  void bytesThatAreNoTextAreNamedAndNotReplaced() throws IOException {
    byte[] latin = "{\"id\":\"b\",\"text\":\"na\u00efve\"}\n".getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.writeBytes("\uFEFF{\"id\":\"a\",\"text\":\"\"}\r\n".getBytes(StandardCharsets.UTF_8));
    input.writeBytes(latin);
    input.writeBytes("{\"id\":7,\"text\":\"no line end\"}".getBytes(StandardCharsets.UTF_8));

    Outcome outcome = run(input.toByteArray(), "classify", "--classifier", "none");

    assertEquals(1, outcome.exit());
    assertEquals(List.of("a", "7"), ids(outcome.out()));
    assertTrue(outcome.err().contains("line 2: not UTF-8"), outcome.err());
    assertTrue(outcome.out().getLast().startsWith("{\"id\":7,"), outcome.out().getLast());
  }

  @Test
  void aTextOfAHundredKilobytesIsJudgedToItsEnd() throws IOException {
    String calm = "the river was calm ".repeat(5_400);
    String input =
        "{\"id\":\"a\",\"text\":\"%s\"}\n{\"id\":\"b\",\"text\":\"%s. kill yourself\"}\n"
            .formatted(calm, calm);

    Outcome outcome = run(input, "classify", "--classifier", "none");

    assertEquals(0, outcome.exit(), outcome.err());
    assertFalse(JSON.readTree(outcome.out().getFirst()).get("flagged").asBoolean());
    assertTrue(JSON.readTree(outcome.out().getLast()).get("flagged").asBoolean());
  }

  /** A program that waits for an answer before it asks on must get it. */
  @Test
  void anAnswerComesBeforeTheNextQuestion() throws IOException {
    CountingOut watched = new CountingOut();
    PrintStream before = System.out;
    InputStream in = System.in;
    try {
      System.setOut(new PrintStream(watched, true, StandardCharsets.UTF_8));
      System.setIn(
          new InputStream() {
            private int asked;
            private byte[] line = {};
            private int at;

            @Override
            public int read() {
              throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int from, int length) {
              if (at == line.length) {
                watched.awaitLines(asked);
                if (asked == 5) {
                  return -1;
                }
                line =
                    "{\"id\":\"%d\",\"text\":\"hello\"}\n"
                        .formatted(asked++)
                        .getBytes(StandardCharsets.UTF_8);
                at = 0;
              }
              int count = Math.min(length, line.length - at);
              System.arraycopy(line, at, into, from, count);
              at += count;
              return count;
            }
          });

      assertEquals(0, SafetyTool.run("classify", "--classifier", "none"));
    } finally {
      System.setOut(before);
      System.setIn(in);
    }
  }

  /** Knows how many lines were written. */
  private static final class CountingOut extends java.io.OutputStream {
    private int lines;

    @Override
    public synchronized void write(int b) {
      lines += b == '\n' ? 1 : 0;
      notifyAll();
    }

    synchronized void awaitLines(int wanted) {
      long end = System.nanoTime() + 20_000_000_000L;
      try {
        while (lines < wanted && System.nanoTime() < end) {
          wait(1000);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      assertTrue(lines >= wanted, () -> wanted + " answers wanted, " + lines + " came");
    }
  }

  @Test
  void recordedVerdictsAreDecidedAgain(@TempDir Path folder) throws IOException {
    Path lenient = folder.resolve("lenient.yaml");
    Files.writeString(
        lenient,
        "format: 1\nversion: lenient\nrules: {user: {}, bot: {}}\nmessages: {unavailable: [no]}\n");
    String recorded =
        """
        {"id":"a","role":"user","scores":{"hate":0.9},"action":"refuse"}
        {"id":"b","role":"user","scores":{"hate":0.1},"action":"allow"}
        {"id":"c","role":"bot","scores":{"hate":2}}
        {"id":"d","role":"bot","scores":{"hate":0.9},"action":"explode"}
        """;

    Outcome outcome =
        run(recorded, "classify", "--classifier", "none", "--policy", lenient.toString());

    assertEquals(1, outcome.exit());
    assertEquals(List.of("a", "b"), ids(outcome.out()));
    JsonNode changed = JSON.readTree(outcome.out().getFirst());
    assertTrue(changed.get("changed").asBoolean());
    assertEquals("refuse", changed.get("was").asText());
    assertEquals("allow", changed.get("action").asText());
    assertTrue(outcome.err().contains("1 of 2 recorded verdicts"), outcome.err());
    assertTrue(outcome.err().contains("line 4: action"), outcome.err());
  }

  @Test
  void scoresAreCountedIntoAReference(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("reference.json");
    String input = "{\"id\":\"a\",\"text\":\"a story\"}\n".repeat(30);

    Outcome outcome = run(input, "classify", "--model", STANDIN, "--reference", file.toString());

    assertEquals(0, outcome.exit(), outcome.err());
    JsonNode reference = JSON.readTree(file.toFile());
    int counted = 0;
    for (JsonNode bin : reference.path("counts").path("user").path("hate")) {
      counted += bin.asInt();
    }
    assertEquals(30, counted);
  }

  @Test
  void aThousandLinesComeBackInOrderWithScores() throws IOException {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      input.append(
          "{\"id\":\"%d\",\"context\":[\"a\"],\"text\":\"story %d\",\"role\":\"bot\"}\n"
              .formatted(i, i));
    }

    Outcome outcome = run(input.toString(), "classify", "--model", STANDIN);

    assertEquals(0, outcome.exit(), outcome.err());
    List<String> ids = ids(outcome.out());
    for (int i = 0; i < 1000; i++) {
      assertEquals(Integer.toString(i), ids.get(i));
    }
    JsonNode row = JSON.readTree(outcome.out().getFirst());
    assertTrue(row.get("unsafe").asDouble() > 0);
    assertTrue(row.get("flagged").isBoolean());
    assertTrue(row.get("scores").has("unsafe_reply"));
  }

  @Test
  void aTextThatCannotBeRatedIsRefusedAndTold() throws IOException {
    Outcome outcome = run("{\"id\":\"a\",\"text\":\"broken\"}\n", "classify", "--model", STANDIN);

    assertEquals(1, outcome.exit());
    JsonNode row = JSON.readTree(outcome.out().getFirst());
    assertTrue(row.get("flagged").asBoolean());
    assertEquals(1, row.get("unsafe").asDouble());
  }

  @Test
  void aPolicyFileChangesWhatIsFlagged(@TempDir Path folder) throws IOException {
    Path lenient = folder.resolve("lenient.yaml");
    Files.writeString(
        lenient,
        "format: 1\nversion: lenient\nrules: {user: {}, bot: {}}\nmessages: {unavailable: [no]}\n");
    String input = "{\"id\":\"a\",\"text\":\"kill yourself\"}\n";

    assertTrue(flagged(run(input, "classify", "--classifier", "none")));
    assertFalse(
        flagged(run(input, "classify", "--classifier", "none", "--policy", lenient.toString())));
    Files.writeString(lenient, "format: 2\n");
    Outcome broken = run(input, "classify", "--classifier", "none", "--policy", lenient.toString());
    assertEquals(1, broken.exit());
    assertTrue(broken.err().contains("line 1"), broken.err());
  }

  @Test
  void aPolicyIsCheckedWithItsLine(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("p.yaml"), "format: 1\nversion: [x]\n");

    Outcome broken = run("", "policy", "check", file.toString());

    assertEquals(1, broken.exit());
    assertTrue(broken.err().contains("line 2"), broken.err());
    assertEquals(1, run("", "policy", "check", folder.resolve("no.yaml").toString()).exit());
    assertEquals(2, run("", "policy", "check").exit());
    Path good = Path.of("src/main/resources/dev/heed/safety/policy.yaml");
    assertEquals(0, run("", "policy", "check", good.toString()).exit());
  }

  @Test
  void aReplayNamesBadLinesAndShowsWhatWouldChange(@TempDir Path folder) throws IOException {
    Path lenient = folder.resolve("lenient.yaml");
    Files.writeString(
        lenient,
        "format: 1\nversion: lenient\nrules: {user: {}, bot: {}}\nmessages: {unavailable: [no]}\n");
    Outcome recorded =
        run(
            "{\"id\":\"a\",\"text\":\"kill yourself\"}\n{\"id\":\"b\",\"text\":\"hello\"}\n",
            "classify",
            "--classifier",
            "none",
            "--explain");
    String bad =
        "no json\n{\"id\":\"x\"}\n{\"id\":\"y\",\"scores\":{\"hate\":2}}\n"
            + "{\"id\":\"z\",\"scores\":{},\"action\":\"explode\"}\n";

    Outcome replayed =
        run(bad + String.join("\n", recorded.out()), "policy", "replay", lenient.toString());

    assertEquals(1, replayed.exit());
    for (int line = 1; line <= 4; line++) {
      assertTrue(replayed.err().contains("line " + line + " "), replayed.err());
    }
    assertEquals(List.of("a"), ids(replayed.out()));
    JsonNode change = JSON.readTree(replayed.out().getFirst());
    assertEquals("refuse", change.get("from").asText());
    assertEquals("allow", change.get("to").asText());
    assertTrue(replayed.err().contains("1 of 2 verdicts"), replayed.err());
  }

  @Test
  void withoutItsClassifierItSaysSo(@TempDir Path folder) {
    Outcome outcome = run("", "classify", "--model", folder.toString());

    assertEquals(1, outcome.exit());
    assertTrue(outcome.err().contains("classifier"), outcome.err());
    assertEquals(2, run("", "classify", "--no-such-option").exit());
  }

  @Test
  void theBenchMeasuresEveryRow() throws IOException {
    Outcome outcome = run("", "bench", "classify", "--model", STANDIN, "--runs", "10", "--json");

    assertEquals(0, outcome.exit(), outcome.err());
    JsonNode json = JSON.readTree(outcome.out().getLast());
    assertEquals(6, json.get("rows").size());
    assertTrue(json.get("reply").get("screening_ms").asDouble() > 0);
    assertTrue(json.get("matcher_mb_per_second").get("prose").asDouble() > 1);
    assertTrue(json.get("rows").get(0).get("p95_ms").asDouble() > 0);
  }

  private static boolean flagged(Outcome outcome) throws IOException {
    return JSON.readTree(outcome.out().getFirst()).get("flagged").asBoolean();
  }

  private static List<String> ids(List<String> lines) throws IOException {
    List<String> ids = new java.util.ArrayList<>();
    for (String line : lines) {
      ids.add(JSON.readTree(line).get("id").asText());
    }
    return ids;
  }
}
