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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir Path folder;

  private static Result result(boolean holds) {
    Ledger ledger = new Ledger();
    for (int i = 1; i <= 20; i++) {
      var reply = new Api.Reply("r" + i, "text", "done", "", 100.0 * i, List.of(20.0 * i));
      ledger.saw(new Ledger.Seen(Kind.STANDARD, i, false, reply));
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
    var fault = new Faults.Made(7, "broker", Faults.Fault.KILL, 4.2);
    return new Result("chaos", new RunOptions(), ledger, List.of(fault), List.of(finding), weighed);
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
  }

  @Test
  void anEmptyRunHasAReportToo() {
    Result empty =
        new Result("load", new RunOptions(), new Ledger(), List.of(), List.of(), Map.of());
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
