package dev.heed.feedback.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Lines of ours in other formats. */
final class Exporting {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Exporting() {}

  /** A line; empty where the format has no place for that kind of feedback. */
  static Optional<String> line(Format format, Said said) {
    return switch (format) {
      case HEED -> Optional.of(write(said));
      case ARGILLA -> argilla(said);
      case OPENAI -> preference(said);
      case PARLAI -> Optional.empty(); // read only
    };
  }

  private static String write(Said said) {
    try {
      return JSON.writeValueAsString(said);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of strings", e);
    }
  }

  private static Optional<String> argilla(Said said) {
    if (!"thumbs".equals(said.kind()) || said.reply() == null) {
      return Optional.empty();
    }
    ObjectNode record = JSON.createObjectNode();
    record.put("external_id", said.feedbackId());
    record
        .putObject("fields")
        .put("prompt", said.prompt() == null ? "" : said.prompt())
        .put("response", said.reply());
    ObjectNode response = record.putArray("responses").addObject();
    response.put("user_id", said.user()).put("status", "submitted");
    ObjectNode values = response.putObject("values");
    values.putObject("quality").put("value", "up".equals(said.label()) ? "good" : "bad");
    if (!said.reasons().isEmpty()) {
      var list = values.putObject("reasons").putArray("value");
      said.reasons().forEach(list::add);
    }
    if (said.comment() != null) {
      values.putObject("comment").put("value", said.comment());
    }
    if (said.betterAnswer() != null) {
      values.putObject("better_answer").put("value", said.betterAnswer());
    }
    return Optional.of(record.toString());
  }

  /** A pair: the better answer against the reply, or the two replies that were compared. */
  private static Optional<String> preference(Said said) {
    String good = said.betterAnswer();
    String bad = said.reply();
    if ("pairwise".equals(said.kind()) && !"tie".equals(said.label())) {
      good = "this".equals(said.label()) ? said.reply() : said.other();
      bad = "this".equals(said.label()) ? said.other() : said.reply();
    }
    if (good == null || bad == null || said.prompt() == null) {
      return Optional.empty();
    }
    ObjectNode line = JSON.createObjectNode();
    ObjectNode input = line.putObject("input");
    input.putArray("messages").addObject().put("role", "user").put("content", said.prompt());
    input.putArray("tools");
    line.putArray("preferred_output").addObject().put("role", "assistant").put("content", good);
    line.putArray("non_preferred_output").addObject().put("role", "assistant").put("content", bad);
    return Optional.of(line.toString());
  }
}
