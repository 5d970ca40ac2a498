package dev.heed.learning.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.versions.TrainingRow;
import dev.heed.learning.versions.Versions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pairs of a better and a worse reply to the same context: what somebody said the reply should have
 * been against the reply, and a good reply against a bad one to the very same conversation. P(the
 * pair is the right way round) is the label noise that a preference loss takes.
 */
final class Preference {

  private static final int MOST_PAIRS = 4;

  private Preference() {}

  static List<JsonNode> pairs(List<TrainingRow> rows) {
    List<JsonNode> pairs = new ArrayList<>();
    Map<String, List<TrainingRow>> byContext = new LinkedHashMap<>();
    for (TrainingRow row : rows) {
      byContext.computeIfAbsent(row.context().toString(), c -> new ArrayList<>()).add(row);
      if (row.gold().isPresent() && row.good() < .5 && !row.gold().get().equals(row.reply())) {
        pairs.add(pair(row, row.gold().get(), row.reply(), 1 - row.good(), "better_answer"));
      }
    }
    byContext.values().forEach(same -> pairs.addAll(rated(same)));
    return pairs;
  }

  private static List<JsonNode> rated(List<TrainingRow> same) {
    List<JsonNode> pairs = new ArrayList<>();
    for (TrainingRow better : same) {
      for (TrainingRow worse : same) {
        boolean differ = !better.reply().equals(worse.reply());
        if (differ && better.good() > .5 && worse.good() < .5 && pairs.size() < MOST_PAIRS) {
          double right = better.good() * (1 - worse.good());
          double wrong = worse.good() * (1 - better.good());
          pairs.add(pair(better, better.reply(), worse.reply(), right / (right + wrong), "rated"));
        }
      }
    }
    return pairs;
  }

  private static ObjectNode pair(
      TrainingRow row, String chosen, String rejected, double right, String source) {
    ObjectNode pair = Versions.JSON.createObjectNode();
    pair.put("id", row.id()).put("conversation", row.conversation());
    pair.set("context", Versions.JSON.valueToTree(row.context()));
    pair.put("chosen", chosen).put("rejected", rejected);
    pair.put("p_right", right).put("weight", 2 * right - 1).put("source", source);
    pair.set("split", Versions.JSON.valueToTree(row.split()));
    return pair;
  }
}
