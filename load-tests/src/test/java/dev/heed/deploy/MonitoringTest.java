package dev.heed.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Rules and dashboards: what promtool says of them, and whether they speak of meters that exist.
 */
class MonitoringTest {

  private static final JsonNode RULES =
      Repository.yaml(Repository.text("k8s/monitoring/rules/heed.yaml")).getFirst();

  /** Every expression with where it stands. */
  static Map<String, String> expressions() {
    Map<String, String> all = new TreeMap<>();
    for (JsonNode group : RULES.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        all.put(
            rule.path("record").asText(rule.path("alert").asText()), rule.path("expr").asText());
      }
    }
    for (Path file : Repository.files("k8s/monitoring/dashboards", ".json")) {
      JsonNode board = Repository.json(Repository.HOME.relativize(file).toString());
      for (JsonNode panel : board.path("panels")) {
        panel
            .path("targets")
            .forEach(
                target ->
                    all.put(
                        file.getFileName()
                            + ": "
                            + panel.path("title").asText()
                            + " "
                            + target.path("refId").asText(),
                        target.path("expr").asText()));
      }
    }
    return all;
  }

  /** Names that the rules record. */
  static Set<String> recorded() {
    Set<String> all = new TreeSet<>();
    RULES
        .path("groups")
        .forEach(
            group ->
                group
                    .path("rules")
                    .forEach(
                        rule -> {
                          if (rule.has("record")) {
                            all.add(rule.path("record").asText());
                          }
                        }));
    return all;
  }

  @Test
  void theWrittenFilesAreThoseOfTheirSources() {
    var outcome = Repository.run(List.of("python3", "k8s/monitoring/make.py", "--check"));
    assertEquals(0, outcome.code(), outcome.err());
  }

  @Test
  void promtoolTakesTheRulesAndTheirTestsPass() {
    var check =
        Repository.run(List.of("promtool", "check", "rules", "k8s/monitoring/rules/heed.yaml"));
    assertEquals(0, check.code(), check.out() + check.err());
    var test =
        Repository.run(List.of("promtool", "test", "rules", "k8s/monitoring/tests/heed.test.yaml"));
    assertEquals(0, test.code(), test.out() + test.err());
  }

  /** An alert that no test has seen to fire may never fire. */
  @Test
  void everyAlertIsSeenToFireByAPromtoolTest() {
    Set<String> fired = new TreeSet<>();
    JsonNode tests =
        Repository.yaml(Repository.text("k8s/monitoring/tests/heed.test.yaml")).getFirst();
    for (JsonNode test : tests.path("tests")) {
      for (JsonNode alert : test.path("alert_rule_test")) {
        if (!alert.path("exp_alerts").isEmpty()) {
          fired.add(alert.path("alertname").asText());
        }
      }
    }
    Set<String> alerts = new TreeSet<>();
    for (JsonNode group : RULES.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (rule.has("alert")) {
          alerts.add(rule.path("alert").asText());
        }
      }
    }
    assertEquals(alerts, fired);
  }

  @Test
  void everyQuerySpeaksOfAMeterThatAServiceRegisters() {
    List<String> unknown = new ArrayList<>();
    Set<String> recorded = recorded();
    expressions()
        .forEach(
            (where, expression) -> {
              for (String metric : Queries.metrics(expression)) {
                boolean ours = metric.startsWith("heed_");
                boolean known =
                    ours
                        ? ServiceFacts.isMeter(metric)
                        : !metric.contains(":") || recorded.contains(metric);
                if (!known) {
                  unknown.add(where + ": " + metric);
                }
              }
            });
    assertEquals(List.of(), unknown);
    assertTrue(expressions().size() > 80, "found only " + expressions().size() + " queries");
  }

  @Test
  void everyAlertHasARunbook() {
    String operations = Repository.text("docs/operations.md");
    List<String> missing = new ArrayList<>();
    for (JsonNode group : RULES.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (rule.has("alert")) {
          String name = rule.path("alert").asText();
          String link = rule.at("/annotations/runbook_url").asText();
          assertEquals("docs/operations.md#" + name.toLowerCase(Locale.ROOT), link);
          assertTrue(Set.of("page", "ticket").contains(rule.at("/labels/severity").asText()), name);
          if (!operations.contains("\n#### " + name + "\n")) {
            missing.add(name);
          }
        }
      }
    }
    assertEquals(List.of(), missing);
  }
}
