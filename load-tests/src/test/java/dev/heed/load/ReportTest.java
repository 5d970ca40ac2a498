package dev.heed.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir Path folder;

  private static Result result(boolean holds) {
    Ledger ledger = new Ledger();
    for (int i = 1; i <= 20; i++) {
      var reply = new Api.Reply("r" + i, "text", "done", "", 100.0 * i, List.of(20.0 * i));
      ledger.saw(new Ledger.Seen(Kind.STANDARD, "p", "c", i - 0.5, i, false, reply));
    }
    ledger.gave(new Ledger.Given("a", "r1", Kind.STANDARD, true, true));
    ledger.gave(new Ledger.Given("b", "r2", Kind.TROLL, false, false));
    ledger.gave(new Ledger.Given("c", "r3", Kind.TROLL, false, false));
    var weighed =
        Map.of(
            "a", new Invariants.Weighed(0.9, 0.8, "p", 1),
            "b", new Invariants.Weighed(0.6, 0.2, "q", 1),
            "c", new Invariants.Weighed(0.3, -0.4, "q", 1));
    var finding =
        new Invariants.Finding("Nothing <was> lost", holds ? List.of() : List.of("x was lost"), 3);
    var fault = new Faults.Made(7, "broker", Fault.KILL, 4.2);
    var extras =
        new Result.Extras(
            List.of(
                new Vitals.Sample(0, "broker", 100, 20), new Vitals.Sample(5, "broker", 150, 30)),
            Map.of("inference-service", new TreeMap<>(Map.of(1.0, 0.1, 8.0, 6.5, 50.0, 0.2))));
    return new Result(
        "chaos", new RunOptions(), ledger, List.of(fault), List.of(finding), weighed, extras);
  }

  @Test
  void numbersAreThoseOfTheRun() {
    Map<String, Object> json = result(true).json();
    assertEquals(true, json.get("holds"));
    assertEquals(20, json.get("turns"));
    assertEquals(
        Map.of(
            "count", 20, "p50", 1000.0, "p90", 1800.0, "p95", 1900.0, "p99", 2000.0, "max", 2000.0),
        json.get("time_to_first_text_ms"));
    Result.Labels labels = result(true).allLabels();
    assertEquals(1, labels.right());
    assertEquals(2, labels.wrong());
    assertEquals(1, labels.wrongWithWeight());
    assertEquals(0.2, labels.wrongShareOfWeight(), 1e-9);
  }

  @Test
  void bothFilesAreWrittenAndSayWhatBroke() throws IOException {
    Path page = Report.write(result(false), folder);
    String html = Files.readString(page);
    assertTrue(html.contains("x was lost") && html.contains("Nothing &lt;was&gt; lost"), html);
    assertTrue(html.contains("<polyline") && html.contains("broker"));
    var json = new ObjectMapper().readTree(folder.resolve("report.json").toFile());
    assertFalse(json.path("holds").asBoolean(true));
    assertEquals("KILL", json.at("/faults/0/fault").asText());
    assertEquals(150, json.at("/programs/broker/megabytes_at_the_end").asInt());
    assertEquals(
        6.5,
        json.at("/delay_between_topics/inference-service/longest_s_at_7_KILL_broker").asDouble());
  }

  @Test
  void aFaultIsFeltByThoseWhoWaitedMeanwhile() {
    // Given: somebody before, somebody who waits 5 s, and somebody whose reply breaks off
    List<Ledger.Seen> seen =
        List.of(
            seen(1, 2, "done", 400.0, List.of(300.0)),
            seen(9, 15, "done", 5000.0, List.of(800.0)),
            seen(11, 14, "broken", Double.NaN, List.of()),
            seen(40, 41, "done", 300.0, List.of(100.0)));
    // When
    Felt felt = Felt.of(new Faults.Made(10, "inference-service", Fault.KILL, 6), seen);
    // Then
    assertEquals(5, felt.longestWaitSeconds(), 1e-9);
    assertEquals(2, felt.open());
    assertEquals(1, felt.failed());
    assertEquals(0.1, felt.perSecondBefore(), 1e-9);
    assertEquals(1 / 6.0, felt.perSecondDuring(), 1e-9);
  }

  private static Ledger.Seen seen(
      double from, double until, String end, double first, List<Double> gaps) {
    var reply = new Api.Reply("r", "text", end, "", first, gaps);
    return new Ledger.Seen(Kind.STANDARD, "p", "c", from, until, false, reply);
  }

  @Test
  void anEmptyRunHasAReportToo() {
    Result empty =
        new Result(
            "load",
            new RunOptions(),
            new Ledger(),
            List.of(),
            List.of(),
            Map.of(),
            Result.Extras.NONE);
    assertTrue(Report.html(empty).contains("no values"));
    assertTrue(Double.isNaN(Numbers.quantile(new double[0], 0.5)));
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    RunOptions options = new RunOptions();
    options.adversarial = 1.5;
    assertThrows(IllegalArgumentException.class, options::check);
  }
}
