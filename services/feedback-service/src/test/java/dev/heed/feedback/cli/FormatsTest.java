package dev.heed.feedback.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsTest {

  private static final Said THUMBS =
      Said.imported("ann", "thumbs", "down", "Hi \u00e9\n\"you\"", "Go away.", null)
          .because(List.of("RUDE"), "Rude.", "Hello!");
  private static final Said PAIR =
      Said.imported("bob", "pairwise", "this", "Hi", "Hello!", "Go away.");

  private static Said again(Format format, Said said) {
    String line = Exporting.line(format, said).orElseThrow();
    assertEquals(1, line.lines().count());
    return new Importing().read(format, line).getFirst();
  }

  @Test
  void whatIsWrittenIsReadBack() {
    assertEquals(THUMBS, again(Format.HEED, THUMBS));
    assertEquals(PAIR, again(Format.HEED, PAIR));
    assertEquals(THUMBS, again(Format.ARGILLA, THUMBS));
    Said pair = again(Format.OPENAI, PAIR);
    assertEquals(
        List.of("Hi", "Hello!", "Go away."), List.of(pair.prompt(), pair.reply(), pair.other()));
    // A better answer is a preference too
    Said better = again(Format.OPENAI, THUMBS);
    assertEquals(List.of("Hello!", "Go away."), List.of(better.reply(), better.other()));
    assertTrue(Exporting.line(Format.ARGILLA, PAIR).isEmpty());
    assertTrue(Exporting.line(Format.PARLAI, PAIR).isEmpty());
  }

  @Test
  void parlaisLogsAreRead() {
    Importing importing = new Importing();
    assertEquals(
        List.of(), importing.read(Format.PARLAI, "text:Hi\tlabels:Hello!\tepisode_done:False"));
    Said said =
        importing
            .read(Format.PARLAI, "text:How?\tlabels:Fine\\nyou?\treward:-1\tepisode_done:True")
            .getFirst();
    assertEquals("Hi\nHello!\nHow?", said.prompt());
    assertEquals("Fine\nyou?", said.reply());
    assertEquals("down", said.label());
    List<Said> log =
        importing.read(
            Format.PARLAI,
            """
            {"user_id":"u7","dialog":[[{"id":"human","text":"Hi"},\
            {"id":"bot","text":"Hello!","thumbs":"up"}],\
            [{"id":"human","text":"?"},{"id":"bot","text":"Spam","liked":false,"reasons":["SPAM"]}]]}""");
    assertEquals(List.of("up", "down"), log.stream().map(Said::label).toList());
    assertEquals("u7", log.getLast().user());
    assertEquals("?", log.getLast().prompt());
    assertEquals(List.of("SPAM"), log.getLast().reasons());
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void whatIsNotOfTheFormatIsSaidWithoutQuotingIt(Format format) {
    for (String line : List.of("[1]", "{\"secret\":1}", "{", "secret", "\u0000")) {
      var problem =
          assertThrows(
              IllegalArgumentException.class, () -> new Importing().read(format, line), line);
      assertTrue(!problem.getMessage().contains("secret"), problem::getMessage);
    }
  }

  @Test
  void theSameLineIsTheSameFeedbackAndAnotherIsAnother() {
    FeedbackGiven one = ImportCommand.event(THUMBS);
    FeedbackGiven again = ImportCommand.event(THUMBS);
    assertEquals(one.getFeedbackId(), again.getFeedbackId());
    assertTrue(Uuid7.isValid(one.getFeedbackId()) && Uuid7.isValid(one.getReplyId()));
    assertNotEquals(one.getFeedbackId(), ImportCommand.event(PAIR).getFeedbackId());
    assertTrue(one.getPseudonym().startsWith("import_") && !one.getPseudonym().contains("ann"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"review", "unknown", "nonsense"})
  void nobodyImportsGold(String kind) {
    Said said = Said.imported("eve", kind, "up", "a", "b", null);
    assertThrows(IllegalArgumentException.class, () -> ImportCommand.event(said));
  }
}
