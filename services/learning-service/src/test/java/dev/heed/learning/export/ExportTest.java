package dev.heed.learning.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.export.Exporter.Format;
import dev.heed.learning.versions.Samples;
import dev.heed.learning.versions.TrainingRow;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {

  @TempDir Path data;

  private List<TrainingRow> rows() throws IOException {
    try (Samples log = new Samples(data)) {
      log.talk(12);
      log.said("c_x", "p_x", 0, "Hi", "Hello.").thumb("c_x", "p_x", 0, true, .9, 0);
      log.said("c_x", "p_x", 1, "What is tea?", "No idea.");
      log.feedback("c_x", "p_x", 1, "down", .8, 0, "A drink made of leaves.", false);
      log.said("c_y", "p_y", 0, "Hi", "Go away.").thumb("c_y", "p_y", 0, false, .7, 0);
      log.commit();
    }
    Versions versions = new Versions(data, Clock.systemUTC());
    return Exporter.rows(versions, versions.freeze());
  }

  @Test
  void weightedRowsHaveExactlyTheFieldsOfTheContract() throws IOException {
    List<JsonNode> lines = Exporter.lines(Format.WEIGHTED, rows());
    assertEquals(15, lines.size());
    for (JsonNode line : lines) {
      Set<String> fields = new HashSet<>();
      line.fieldNames().forEachRemaining(fields::add);
      assertEquals(Set.copyOf(TrainingRow.CONTRACT), fields);
    }
  }

  @Test
  void aConversationInBb3xFormatHasItsThumbsAndTypes() throws IOException {
    JsonNode conversation =
        Exporter.lines(Format.BB3X, rows()).stream()
            .filter(line -> line.path("chat_id").asText().equals("c_x"))
            .findFirst()
            .orElseThrow();
    JsonNode history = conversation.path("message_history");
    assertEquals("p_x", conversation.path("user_pseudo_id").asText());
    assertEquals(4, history.size());
    assertEquals("human", history.get(0).path("sender").asText());
    assertTrue(history.get(1).path("isLiked").asBoolean());
    assertTrue(history.get(3).path("isDisliked").asBoolean());
    assertEquals("rude or inappropriate", history.get(3).path("dislike_type").asText());
    assertEquals(.01, history.get(3).path("safety").path("classifier").asDouble());
    assertEquals(.2, history.get(3).path("reward").asDouble(), 1e-9);
  }

  @Test
  void pairsComeFromBetterAnswersAndFromRepliesToTheSameContext() throws IOException {
    List<JsonNode> pairs = Exporter.lines(Format.PREFERENCE, rows());
    JsonNode gold =
        pairs.stream()
            .filter(p -> p.path("source").asText().equals("better_answer"))
            .findFirst()
            .orElseThrow();
    assertEquals("A drink made of leaves.", gold.path("chosen").asText());
    assertEquals("No idea.", gold.path("rejected").asText());
    assertEquals(.8, gold.path("p_right").asDouble(), 1e-9);
    JsonNode rated =
        pairs.stream()
            .filter(p -> p.path("source").asText().equals("rated"))
            .findFirst()
            .orElseThrow();
    assertEquals("Hello.", rated.path("chosen").asText());
    assertEquals("Go away.", rated.path("rejected").asText());
    // Right with .9 * .7, the other way round with .1 * .3.
    assertEquals(.63 / .66, rated.path("p_right").asDouble(), 1e-9);
  }

  @Test
  void parquetHoldsEveryRow() throws IOException {
    Path file = data.resolve("rows.parquet");
    ParquetFile.write(Exporter.lines(Format.PARQUET, rows()), file);
    assertEquals(15, ParquetFile.count(file));
  }

  @Test
  void whatIsReleasedBelongsToAtLeastKPeopleOrIsLeftOut() throws IOException {
    List<TrainingRow> rows = rows();
    KAnonymity anonymous = KAnonymity.of(rows, 5);
    assertEquals(rows.size(), anonymous.rows().size());
    assertTrue(anonymous.smallest() >= 5);
    KAnonymity tooFew = KAnonymity.of(rows.subList(0, 4), 5);
    assertTrue(tooFew.rows().isEmpty());
    assertEquals(4, tooFew.suppressed());
    assertFalse(anonymous.rows().getFirst().at().isEmpty());
  }
}
