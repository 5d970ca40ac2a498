package dev.heed.learning.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.dataset.Row;
import dev.heed.learning.versions.TrainingRow;
import dev.heed.learning.versions.Versions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BlenderBot 3x's release format (arXiv 2306.04707): one conversation a line with user_pseudo_id,
 * chat_id and message_history. Rated replies stand in it with their thumbs; other messages as text.
 */
final class Bb3x {

  private static final Map<String, String> TYPES =
      Map.of(
          "OFF_TOPIC", "off topic or ignoring me",
          "NONSENSICAL", "nonsensical or incorrect",
          "RUDE", "rude or inappropriate",
          "SPAM", "looks like spam or ads",
          "OTHER", "other");

  private Bb3x() {}

  static List<JsonNode> conversations(List<TrainingRow> rows) {
    Map<String, List<TrainingRow>> byConversation = new LinkedHashMap<>();
    rows.forEach(
        row ->
            byConversation
                .computeIfAbsent(row.conversation() + "/" + row.person(), c -> new ArrayList<>())
                .add(row));
    return byConversation.values().stream().map(Bb3x::conversation).toList();
  }

  private static JsonNode conversation(List<TrainingRow> rows) {
    ObjectNode line = Versions.JSON.createObjectNode();
    line.put("user_pseudo_id", rows.getFirst().person());
    line.put("chat_id", rows.getFirst().conversation());
    ArrayNode history = line.putArray("message_history");
    // The row with the longest context holds the others' contexts; each adds its own reply.
    List<TrainingRow> sorted = new ArrayList<>(rows);
    sorted.sort(java.util.Comparator.comparingInt(row -> row.context().size()));
    Map<String, TrainingRow> rated = new LinkedHashMap<>();
    sorted.forEach(row -> rated.put(row.reply(), row));
    List<TrainingRow> missing = new ArrayList<>(sorted);
    TrainingRow longest = sorted.getLast();
    for (Row.Said said : longest.context()) {
      TrainingRow row = said.role().equals("assistant") ? rated.get(said.text()) : null;
      if (row != null) {
        missing.remove(row);
      }
      history.add(message(said, java.util.Optional.ofNullable(row)));
    }
    for (TrainingRow row : missing) {
      if (row != longest && !longest.context().contains(row.context().getLast())) {
        history.add(message(row.context().getLast(), java.util.Optional.empty()));
      }
      history.add(message(new Row.Said("assistant", row.reply()), java.util.Optional.of(row)));
    }
    return line;
  }

  private static ObjectNode message(Row.Said said, java.util.Optional<TrainingRow> rated) {
    ObjectNode message = Versions.JSON.createObjectNode();
    boolean bot = said.role().equals("assistant");
    message.put("text", said.text()).put("sender", bot ? "bot" : "human");
    if (rated.isPresent()) {
      rate(message, rated.get());
    }
    return message;
  }

  private static void rate(ObjectNode message, TrainingRow row) {
    boolean liked = row.label().equals("good");
    message.put("id", row.replyName()).put("isLiked", liked).put("isDisliked", !liked);
    if (!liked) {
      message.put(
          "dislike_type",
          row.reasons().stream().findFirst().map(r -> TYPES.getOrDefault(r, r)).orElse("other"));
    }
    row.verdict()
        .ifPresent(
            verdict -> {
              ObjectNode safety = message.putObject("safety");
              safety.put("classifier", verdict.unsafe());
              safety.put("string_matcher", verdict.source().equals("matcher"));
            });
    message.put("reward", row.good());
    message.put("p_right", row.pRight());
    message.put("model", row.model());
    row.adapter().ifPresent(adapter -> message.put("adapter", adapter));
    row.gold().ifPresent(gold -> message.put("better_answer", gold));
  }
}
