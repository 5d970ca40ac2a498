package dev.heed.feedback.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Lines of other formats as lines of ours. */
final class Importing {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> UP =
      Set.of("up", "1", "true", "good", "yes", "liked", "thumbs_up");
  private static final Set<String> DOWN =
      Set.of("down", "-1", "0", "false", "bad", "no", "disliked", "thumbs_down");

  private String asked = ""; // ParlAI's text format: what came before in the episode

  /**
   * What a line says; one line of a log may hold several pieces of feedback, or none.
   *
   * @throws IllegalArgumentException when it is not of that format; the message quotes nothing
   */
  List<Said> read(Format format, String line) {
    try {
      return switch (format) {
        case HEED -> List.of(JSON.readValue(line, Said.class));
        case ARGILLA -> argilla(object(line));
        case OPENAI -> List.of(preference(object(line)));
        case PARLAI -> line.startsWith("{") ? dialog(object(line)) : episode(line);
      };
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON object of that format");
    }
  }

  private static JsonNode object(String line) throws JsonProcessingException {
    JsonNode node = JSON.readTree(line);
    if (!node.isObject()) {
      throw new IllegalArgumentException("no JSON object");
    }
    return node;
  }

  private static String up(String value) {
    String known = value.toLowerCase(Locale.ROOT);
    return UP.contains(known) ? "up" : DOWN.contains(known) ? "down" : "";
  }

  /** A record of Argilla's export: fields, and the submitted responses of its annotators. */
  private static List<Said> argilla(JsonNode record) {
    JsonNode fields = record.path("fields");
    String prompt = fields.path("prompt").asText("");
    String reply = fields.path("response").asText("");
    if (reply.isEmpty()) {
      throw new IllegalArgumentException("fields.response is missing");
    }
    List<Said> all = new ArrayList<>();
    for (JsonNode response : record.path("responses")) {
      JsonNode values = response.path("values");
      String label = up(values.path("quality").path("value").asText(""));
      if (response.path("status").asText("submitted").equals("submitted") && !label.isEmpty()) {
        List<String> reasons = new ArrayList<>();
        values.path("reasons").path("value").forEach(reason -> reasons.add(reason.asText()));
        all.add(
            Said.imported(
                    response.path("user_id").asText("argilla"),
                    "thumbs",
                    label,
                    prompt,
                    reply,
                    null)
                .because(
                    reasons,
                    text(values.path("comment").path("value")),
                    text(values.path("better_answer").path("value"))));
      }
    }
    return all;
  }

  private static String text(JsonNode node) {
    return node.isTextual() && !node.asText().isBlank() ? node.asText() : null;
  }

  /** A line of preference data, as OpenAI's fine-tuning takes it. */
  private static Said preference(JsonNode line) {
    StringBuilder prompt = new StringBuilder();
    for (JsonNode message : line.path("input").path("messages")) {
      if (message.path("role").asText().equals("user")) {
        prompt.setLength(0);
        prompt.append(message.path("content").asText());
      }
    }
    String good = line.path("preferred_output").path(0).path("content").asText("");
    String bad = line.path("non_preferred_output").path(0).path("content").asText("");
    if (good.isEmpty() || bad.isEmpty()) {
      throw new IllegalArgumentException("preferred_output or non_preferred_output is missing");
    }
    return Said.imported(
        line.path("user").asText("openai"), "pairwise", "this", prompt.toString(), good, bad);
  }

  /**
   * A conversation as ParlAI logs it: {@code dialog} holds exchanges of messages with {@code id}
   * and {@code text}; a bot's message may carry {@code thumbs}, {@code liked} or {@code feedback},
   * and {@code reasons}, as BlenderBot 3x's logs do.
   */
  private static List<Said> dialog(JsonNode log) {
    if (!log.path("dialog").isArray()) {
      throw new IllegalArgumentException("dialog is missing");
    }
    String user = log.path("user_id").asText("parlai");
    List<JsonNode> messages = new ArrayList<>();
    for (JsonNode exchange : log.path("dialog")) {
      if (exchange.isArray()) {
        exchange.forEach(messages::add);
      } else {
        messages.add(exchange);
      }
    }
    List<Said> all = new ArrayList<>();
    String before = "";
    for (JsonNode message : messages) {
      String label = "";
      for (String field : List.of("thumbs", "liked", "feedback")) {
        label = label.isEmpty() ? up(message.path(field).asText("")) : label;
      }
      if (!label.isEmpty()) {
        List<String> reasons = new ArrayList<>();
        message.path("reasons").forEach(reason -> reasons.add(reason.asText()));
        all.add(
            Said.imported(user, "thumbs", label, before, message.path("text").asText(), null)
                .because(
                    reasons, text(message.path("comment")), text(message.path("better_answer"))));
      }
      before = message.path("text").asText(before);
    }
    return all;
  }

  /** A line of ParlAI's text format: {@code text:...<tab>labels:...<tab>reward:1}. */
  private List<Said> episode(String line) {
    Map<String, String> fields = new HashMap<>();
    for (String part : line.split("\t")) {
      int colon = part.indexOf(':');
      if (colon > 0) {
        fields.put(part.substring(0, colon), part.substring(colon + 1).replace("\\n", "\n"));
      }
    }
    String text = fields.get("text");
    String said = fields.getOrDefault("labels", fields.get("eval_labels"));
    if (text == null || said == null) {
      throw new IllegalArgumentException("text or labels is missing");
    }
    String prompt = asked.isEmpty() ? text : asked + "\n" + text;
    asked = "True".equals(fields.get("episode_done")) ? "" : prompt + "\n" + said;
    double reward;
    try {
      reward = Double.parseDouble(fields.getOrDefault("reward", "0"));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("reward is no number");
    }
    return reward == 0
        ? List.of()
        : List.of(
            Said.imported("parlai", "thumbs", reward > 0 ? "up" : "down", prompt, said, null));
  }
}
