package dev.heed.learning.versions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.dataset.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Joins the log's rows of whole conversations to rated replies: of each statement the last belief
 * holds, and what one person said of one reply becomes one row.
 */
final class Joiner {

  private static final int MOST_MESSAGES = 9;
  private static final int MOST_CHARACTERS = 4000;

  private final Map<String, List<JsonNode>> turns = new LinkedHashMap<>();
  private final Map<String, JsonNode> replies = new HashMap<>();
  private final Map<String, JsonNode> statements = new LinkedHashMap<>();
  private int alone;

  void take(JsonNode row) {
    switch (row.path("type").asText()) {
      case "turn" ->
          turns.computeIfAbsent(row.path("conversation").asText(), c -> new ArrayList<>()).add(row);
      case "reply" -> replies.put(row.path("reply").asText(), row);
      case "feedback" -> statements.merge(row.path("feedback").asText(), row, Joiner::later);
      default -> {} // of a later format
    }
  }

  private static JsonNode later(JsonNode one, JsonNode other) {
    return other.path("revision").asInt() >= one.path("revision").asInt() ? other : one;
  }

  /** Statements about replies that were not shared, or of which the turn was not. */
  int alone() {
    return alone;
  }

  /** Hands over every rated reply. */
  void rows(Consumer<TrainingRow> sink) {
    Map<String, List<JsonNode>> byReply = new LinkedHashMap<>();
    for (JsonNode said : statements.values()) {
      if (!said.path("retracted").asBoolean()) {
        String key = said.path("reply").asText() + "/" + said.path("person").asText();
        byReply.computeIfAbsent(key, k -> new ArrayList<>()).add(said);
      }
    }
    for (List<JsonNode> of : byReply.values()) {
      Optional<Opinion> opinion = Opinion.of(of);
      if (opinion.isPresent()) {
        Optional<TrainingRow> row = row(opinion.get());
        row.ifPresent(sink);
        alone += row.isEmpty() ? 1 : 0;
      }
    }
  }

  private Optional<TrainingRow> row(Opinion opinion) {
    JsonNode said = opinion.rating();
    String name = said.path("reply").asText();
    String conversation = said.path("conversation").asText();
    JsonNode reply = replies.get(name);
    List<Row.Said> context = context(conversation, name);
    if (reply == null || context.isEmpty() || !reply.path("outcome").asText().equals("content")) {
      return Optional.empty();
    }
    JsonNode model = reply.path("model");
    return Optional.of(
        new TrainingRow(
            "row_" + name.substring(2) + "_" + said.path("person").asText().substring(2),
            conversation,
            said.path("person").asText(),
            context,
            reply.path("text").asText(),
            opinion.good() ? "good" : "bad",
            said.path("p_right").asDouble(),
            2 * said.path("p_right").asDouble() - 1,
            opinion.reasons(),
            opinion.gold(),
            model.path("name").asText() + "@" + model.path("version").asText(),
            text(model, "adapter"),
            Split.of(conversation),
            said.path("kind").asText(),
            new TrainingRow.Axes(
                said.path("reliability").asDouble(),
                said.path("reliability_sd").asDouble(),
                said.path("civility").asDouble()),
            safety(reply.path("safety")),
            name,
            said.path("at").asText()));
  }

  private static Optional<String> text(JsonNode node, String field) {
    return Optional.ofNullable(node.get(field)).map(JsonNode::asText).filter(t -> !t.isEmpty());
  }

  private static Optional<Row.Safety> safety(JsonNode node) {
    return node.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            new Row.Safety(
                node.path("unsafe").asDouble(),
                node.path("flagged").asBoolean(),
                text(node, "category"),
                node.path("source").asText(),
                node.path("policy_version").asText(),
                node.path("classifier_version").asText()));
  }

  /** The conversation up to the turn that a reply answers; empty when that is not known. */
  private List<Row.Said> context(String conversation, String reply) {
    List<Row.Said> said = new ArrayList<>();
    for (JsonNode turn : turns.getOrDefault(conversation, List.of())) {
      turn.path("history")
          .forEach(m -> said.add(new Row.Said(m.path("role").asText(), m.path("text").asText())));
      said.add(new Row.Said("user", turn.path("text").asText()));
      String answered = turn.path("reply").asText();
      if (answered.equals(reply)) {
        return newest(said);
      }
      Optional.ofNullable(replies.get(answered))
          .ifPresent(r -> said.add(new Row.Said("assistant", r.path("text").asText())));
    }
    return List.of();
  }

  private static List<Row.Said> newest(List<Row.Said> said) {
    int first = said.size() - 1;
    int characters = said.getLast().text().length();
    while (first > 0 && said.size() - first < MOST_MESSAGES) {
      characters += said.get(first - 1).text().length();
      if (characters > MOST_CHARACTERS) {
        break;
      }
      first--;
    }
    return List.copyOf(said.subList(first, said.size()));
  }

  /** What one person thinks of one reply, from all that they said of it. */
  private record Opinion(
      JsonNode rating, boolean good, List<String> reasons, Optional<String> gold) {

    private static final List<String> RANK = List.of("review", "thumbs", "stars", "better_answer");
    private static final int GOOD_STARS = 4;
    private static final int BAD_STARS = 2;

    /** Empty when nothing in it says good or bad. */
    static Optional<Opinion> of(List<JsonNode> statements) {
      Set<String> reasons = new LinkedHashSet<>();
      JsonNode rating = null;
      for (JsonNode said : statements) {
        said.path("reasons").forEach(reason -> reasons.add(reason.asText()));
        boolean rates = verdict(said).isPresent();
        if (rates && (rating == null || rank(said) <= rank(rating))) {
          rating = said;
        }
      }
      Optional<String> gold =
          statements.stream()
              .flatMap(said -> text(said, "better_answer").stream())
              .reduce((one, later) -> later);
      return rating == null
          ? Optional.empty()
          : Optional.of(
              new Opinion(rating, verdict(rating).orElseThrow(), List.copyOf(reasons), gold));
    }

    private static int rank(JsonNode said) {
      return RANK.indexOf(said.path("kind").asText());
    }

    private static Optional<Boolean> verdict(JsonNode said) {
      String label = said.path("label").asText();
      return switch (said.path("kind").asText()) {
        case "thumbs", "review" -> Optional.of(label.equals("up"));
        case "stars" -> stars(label);
        case "better_answer" -> Optional.of(false);
        default -> Optional.empty();
      };
    }

    private static Optional<Boolean> stars(String label) {
      int stars = Integer.parseInt(label);
      return stars >= GOOD_STARS
          ? Optional.of(true)
          : stars <= BAD_STARS ? Optional.of(false) : Optional.empty();
    }
  }
}
