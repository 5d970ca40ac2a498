package dev.heed.learning.versions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionsTest {

  @TempDir Path data;

  private Versions versions() {
    return new Versions(data, Clock.systemUTC());
  }

  private List<TrainingRow> rows(DataVersion version) throws IOException {
    List<TrainingRow> rows = new ArrayList<>();
    versions().rows(version, rows::add);
    return rows;
  }

  @Test
  void aRatedReplyHoldsTheConversationAndTheLastBelief() throws IOException {
    try (Samples log = new Samples(data)) {
      // Given
      log.said("c_1", "p_1", 0, "Hi", "Hello.").said("c_1", "p_1", 1, "What is tea?", "A drink.");
      log.thumb("c_1", "p_1", 1, true, .6, 0).thumb("c_1", "p_1", 1, true, .95, 2);
      log.thumb("c_1", "p_1", 1, true, .7, 1);
      log.feedback("c_1", "p_1", 0, "down", .8, 0, "Hello! How can I help?", false);
      log.said("c_2", "p_2", 0, "Bye", "Bye.");
      log.feedback("c_2", "p_2", 0, "up", .9, 0, null, false);
      log.feedback("c_2", "p_2", 0, "up", .9, 1, null, true);
      log.commit();
      // When
      DataVersion version = versions().freeze();
      // Then
      List<TrainingRow> rows = rows(version);
      assertEquals(2, rows.size(), "what was retracted is not there");
      TrainingRow tea = rows.getFirst();
      assertEquals("A drink.", tea.reply());
      assertEquals(.95, tea.pRight());
      assertEquals(.9, tea.weight(), 1e-9);
      assertEquals(
          List.of("Hi", "Hello.", "What is tea?"),
          tea.context().stream().map(m -> m.text()).toList());
      assertEquals("policy-1", tea.verdict().orElseThrow().policyVersion());
      TrainingRow hello = rows.get(1);
      assertEquals("bad", hello.label());
      assertEquals("Hello! How can I help?", hello.gold().orElseThrow());
      assertEquals(.2, hello.good(), 1e-9);
      assertTrue(
          Files.readString(versions().path(version).resolve("README.md")).contains("| rows | 2 |"));
    }
  }

  @Test
  void whoIsWithdrawnIsInNoLaterVersionAndTheEarlierOneSaysSo() throws IOException {
    try (Samples log = new Samples(data)) {
      log.talk(20);
      log.commit();
      DataVersion before = versions().freeze();
      // When
      log.bury("p_3").bury("c_4");
      log.commit();
      DataVersion after = versions().freeze();
      // Then
      Set<String> people =
          rows(after).stream().map(TrainingRow::person).collect(Collectors.toSet());
      assertEquals(18, people.size());
      assertFalse(people.contains("p_3") || people.contains("p_4"));
      assertEquals(20, rows(before).size(), "a frozen version never changes");
      Affected affected = new Affected(data.resolve("dataset"), versions());
      assertEquals(List.of("c_4", "p_3"), affected.of(before).subjects());
      assertEquals(0, affected.of(after).rows());
    }
  }

  @Test
  void aVersionIsFrozenOncePerStateAndDamageIsFound() throws IOException {
    try (Samples log = new Samples(data)) {
      log.talk(10);
      log.commit();
      DataVersion version = versions().freeze();
      assertEquals(version, versions().freeze());
      assertEquals(List.of(), versions().damage(version));
      Path rows = versions().path(version).resolve(DataVersion.ROWS);
      Files.writeString(rows, " ", StandardOpenOption.APPEND);
      assertEquals(1, versions().damage(version).size());
    }
  }

  @Test
  void aConversationIsNeverDividedAndKeepsItsPart() throws IOException {
    try (Samples log = new Samples(data)) {
      log.talk(200);
      for (int i = 0; i < 200; i++) {
        log.said("c_" + i, "p_" + i, 1, "And?", "So.").thumb("c_" + i, "p_" + i, 1, true, .9, 0);
      }
      log.commit();
      DataVersion version = versions().freeze();
      var parts =
          rows(version).stream()
              .collect(
                  Collectors.groupingBy(
                      TrainingRow::conversation,
                      Collectors.mapping(TrainingRow::split, Collectors.toSet())));
      assertTrue(parts.values().stream().allMatch(splits -> splits.size() == 1));
      long train = version.counts().get("split_train");
      assertTrue(train > 260 && train < 370, "about 80 % of 400: " + train);
      assertEquals(400, version.counts().get("rows"));
    }
  }
}
