package dev.heed.trust.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import picocli.CommandLine;

/** The tool as a person runs it: JSON Lines in, JSON Lines out, exit codes. */
class TrustCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Run(int exit, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }

    JsonNode line(int number) {
      try {
        return JSON.readTree(lines().get(number));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static synchronized Run run(String input, String... args) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    var said = new ByteArrayOutputStream();
    var complained = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
      int exit = new CommandLine(new TrustCommand()).execute(args);
      return new Run(
          exit, said.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static String rating(int user, int item, int label, String prior) {
    return "{\"user\":\"u%d\",\"item\":%d,\"label\":%d,\"prior\":%s}%n"
        .formatted(user, item, label, prior);
  }

  @Test
  void eachRatingGetsItsBeliefWithTheNamesAsTheyCame() {
    Run run = run(rating(1, 7, 1, "0.8") + "\n" + rating(2, 7, 0, "0.8"));
    assertEquals(0, run.exit(), run.err());
    assertEquals("u1", run.line(0).path("user").asText());
    assertTrue(run.line(0).path("item").isInt());
    assertTrue(run.line(0).path("p_right").asDouble() > .8);
    assertTrue(run.line(1).path("p_right").asDouble() < .5);
    assertEquals(
        2 * run.line(0).path("p_right").asDouble() - 1,
        run.line(0).path("weight").asDouble(),
        3e-6);
    assertTrue(run.line(0).path("evidence").isMissingNode());
    assertTrue(run(rating(1, 7, 1, "0.8"), "--explain").line(0).path("evidence").has("prior"));
  }

  @Test
  void aBadLineIsNamedByItsNumberAndWhatCameBeforeIsWritten() {
    String good = rating(1, 1, 1, "0.8");
    String secret = "what a person wrote";
    for (String bad :
        List.of(
            secret,
            "[]",
            "{\"user\":\"a\",\"item\":1",
            "{} {}",
            "{\"item\":1,\"label\":1}",
            "{\"user\":\"a\",\"item\":1}",
            "{\"user\":{},\"item\":1,\"label\":1}",
            "{\"user\":\"a\",\"item\":1,\"label\":1,\"prior\":\"high\"}",
            "{\"user\":\"a\",\"item\":1,\"label\":2,\"prior\":0.5}",
            "{\"user\":\"a\",\"item\":1,\"label\":1,\"prior\":1.01}",
            "{\"user\":\"a\",\"item\":1,\"label\":1,\"prior\":-0.1}",
            "{\"user\":\"a\",\"item\":1,\"label\":\"x\",\"prior\":{\"x\":2}}",
            "{\"user\":\"a\",\"item\":1,\"label\":1,\"time\":\"yesterday\"}",
            "{\"user\":\"a\",\"item\":1,\"label\":1,\"time\":{}}")) {
      Run run = run(good + "\n" + bad + "\n" + good);
      assertEquals(1, run.exit(), bad);
      assertTrue(run.err().contains("line 3"), bad + ": " + run.err());
      assertTrue(!run.err().contains(secret) && !run.err().contains("\tat "), run.err());
      assertEquals(1, run.lines().size(), bad);
    }
  }

  /** Two meet as often as thirty other pairs do, at the same time or, as these, days apart. */
  private static Run pair(String first, String second) {
    StringBuilder in = new StringBuilder();
    String line = "{\"user\":\"%s\",\"item\":%d,\"label\":%d,\"prior\":null,\"time\":%s}%n";
    for (int i = 0; i < 150; i++) {
      in.append(line.formatted("h" + i / 5, i, i % 2, "1700000000"));
      in.append(line.formatted("g" + i / 5, i, i % 5 == 0 ? 1 - i % 2 : i % 2, "1701000000"));
    }
    for (int i = 0; i < 5; i++) {
      in.append(line.formatted("a", 1000 + i, i % 2, first));
      in.append(line.formatted("b", 1000 + i, i % 2, second));
    }
    return run(in.toString(), "--one-pass", "--explain");
  }

  @Test
  void whoComeAtTheSameTimeAreToldFromWhoComeDaysApart() {
    Run same = pair("\"2026-11-28T10:00:00Z\"", "\"2026-11-28 10:01:00\"");
    Run apart = pair("\"2026-11-28T10:00:00+01:00\"", "1764600000");
    assertEquals(0, same.exit() + apart.exit(), same.err() + apart.err());
    assertTrue(same.out().contains("\"acts_as_one\":\"ring:1\""), same.out());
    assertTrue(!apart.out().contains("acts_as_one"), "never at the same time");
  }

  @Test
  void aTimeIsInSecondsMillisecondsOrIso() throws IOException {
    for (String time :
        List.of(
            "1764324000",
            "1764324000000",
            "\"2025-11-28T10:00:00Z\"",
            "\"2025-11-28T12:00:00+02:00\"",
            "\"2025-11-28 10:00:00\"")) {
      assertEquals(1_764_324_000_000L, Time.millis(JSON.readTree(time)).orElseThrow(), time);
    }
    assertTrue(Time.millis(JSON.readTree("null")).isEmpty());
  }

  @Test
  void aPriorMayBeZeroOrOne() {
    String in = rating(1, 1, 1, "0") + rating(2, 2, 0, "1") + rating(3, 3, 1, "null");
    Run run = run(in, "--one-pass");
    assertEquals(0, run.exit(), run.err());
    assertEquals(3, run.lines().size());
    assertTrue(run.line(0).path("p_right").asDouble() < .5);
    assertTrue(run.line(1).path("p_right").asDouble() < .5);
  }

  @Test
  void labelsMayBeOfManyClasses() {
    // Given: two who agree, one who always says something else
    StringBuilder in = new StringBuilder();
    List<String> classes = List.of("cat", "dog", "cow", "hen");
    for (int i = 0; i < 60; i++) {
      for (int user = 0; user < 3; user++) {
        String label = classes.get((i + (user == 2 ? 1 + i % 3 : 0)) % 4);
        in.append(
            "{\"user\":\"u%d\",\"item\":\"i%d\",\"label\":\"%s\"}%n".formatted(user, i, label));
      }
    }
    // When
    Run run = run(in.toString(), "--one-pass");
    Run swept = run(in.toString());
    // Then
    assertEquals(0, run.exit(), run.err());
    assertEquals(180, run.lines().size());
    assertEquals(run.lines(), swept.lines().subList(0, 180));
    for (String line : swept.lines().subList(180, swept.lines().size())) {
      boolean third = line.contains("\"u2\"");
      assertTrue(third == line.contains("\"weight\":-"), line);
    }
    assertTrue(run.line(178).path("p_right").asDouble() > .8, run.lines().get(178));
    assertTrue(run.line(179).path("p_right").asDouble() < .2, run.lines().get(179));
    assertTrue(
        run.line(178).path("reliability").asDouble()
            > run.line(179).path("reliability").asDouble());
    Run priored =
        run("{\"user\":\"a\",\"item\":1,\"label\":\"cat\",\"prior\":{\"cat\":0.1,\"dog\":0.9}}");
    assertEquals(0, priored.exit(), priored.err());
    assertTrue(priored.line(0).path("p_right").asDouble() < .5);
  }

  @Test
  void theSameBytesGiveTheSameBytes() {
    StringBuilder in = new StringBuilder();
    for (int n = 0; n < 400; n++) {
      in.append(rating(n % 9, n / 3, n * 7 % 5 == 0 ? 0 : 1, n % 4 == 0 ? "null" : "0.7"));
    }
    Run first = run(in.toString());
    assertEquals(0, first.exit(), first.err());
    assertTrue(first.lines().size() >= 400);
    assertEquals(first.out(), run(in.toString()).out());
  }

  @Test
  void aBatchIsManyStreamsThatKnowNothingOfEachOther(@TempDir Path folder) throws IOException {
    String stream = rating(1, 1, 1, "0.8") + rating(2, 1, 0, "0.8") + rating(1, 2, 0, "0.1");
    Files.writeString(folder.resolve("a.jsonl"), stream);
    Files.writeString(folder.resolve("b.jsonl"), stream);
    Files.writeString(folder.resolve("b.oracle"), "{\"item\":1,\"label\":0}\n");

    Run run = run("", "--batch", folder.toString(), "--budget", "1");

    assertEquals(0, run.exit(), run.err());
    assertEquals(run(stream).out(), Files.readString(folder.resolve("a.out")));
    assertTrue(Files.readString(folder.resolve("b.out")).contains("{\"review\":1}"));
    assertEquals(1, run("", "--batch", folder.resolve("none").toString()).exit());
  }

  @Test
  void anUnknownOptionIsWrongUsage() {
    assertEquals(2, run("", "--explian").exit());
  }

  @Test
  void looksUpNoMoreReviewsThanTheBudgetAllows(@TempDir Path folder) throws IOException {
    Path oracle = folder.resolve("oracle.jsonl");
    StringBuilder truths = new StringBuilder();
    StringBuilder ratings = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      truths.append("{\"item\":%d,\"label\":1}%n".formatted(i));
      ratings.append(rating(i % 5, i, 0, "0.1"));
    }
    Files.writeString(oracle, truths);

    Run run = run(ratings.toString(), "--review", oracle.toString(), "--budget", "0.05");

    assertEquals(0, run.exit(), run.err());
    assertEquals(5, run.lines().stream().filter(line -> line.startsWith("{\"review\":")).count());
    JsonNode last = run.line(run.lines().size() - 1);
    assertTrue(last.path("p_right").asDouble() < .5, "five raters who were wrong five times");
  }

  @Test
  void aDamagedReviewNamesItsLine(@TempDir Path folder) throws IOException {
    Path oracle = folder.resolve("oracle.jsonl");
    Files.writeString(oracle, "{\"item\":1,\"label\":0}\n{\"item\":2}\n");

    Run damaged = run("", "--review", oracle.toString());
    Run missing = run("", "--review", folder.resolve("none").toString());

    assertEquals(1, damaged.exit());
    assertTrue(damaged.err().contains("line 2 of the reviews: label"), damaged.err());
    assertEquals(1, missing.exit());
    assertTrue(missing.err().contains("does not exist"), missing.err());
  }

  @Test
  void aSecondLabelTakesThePlaceOfTheFirst() {
    Run run = run(rating(1, 1, 0, "0.9") + rating(1, 1, 1, "0.9"), "--one-pass");

    assertEquals(2, run.lines().size());
    assertTrue(run.line(1).path("p_right").asDouble() > run.line(0).path("p_right").asDouble());
  }
}
