package dev.heed.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.chat.config.ChatConfig;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.Role;
import dev.heed.schemas.events.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a chat completion is asked with. What OpenAI's API knows and Heed does not do is refused by
 * name, never ignored; names that neither knows are ignored, as other servers do.
 *
 * @param user the API key holder's name for their user
 * @param includeUsage the stream ends with the tokens that were used
 * @param shareConsent the person agreed that this may be learnt from
 */
record OpenAiRequest(
    Optional<String> user,
    String model,
    List<Message> messages,
    Sampling sampling,
    boolean stream,
    boolean includeUsage,
    boolean shareConsent) {

  private static final int MAX_MESSAGES = 200;
  private static final int MAX_NAME = 256;

  /** Fields that may only hold what asks for nothing. */
  private static final Map<String, Predicate<JsonNode>> HARMLESS =
      Map.ofEntries(
          Map.entry("tools", node -> node.isArray() && node.isEmpty()),
          Map.entry("tool_choice", node -> node.asText().equals("none")),
          Map.entry("functions", node -> node.isArray() && node.isEmpty()),
          Map.entry("function_call", node -> node.asText().equals("none")),
          Map.entry("response_format", node -> node.path("type").asText().equals("text")),
          Map.entry("modalities", node -> node.size() == 1 && node.path(0).asText().equals("text")),
          Map.entry("store", node -> node.isBoolean() && !node.asBoolean()),
          Map.entry("audio", _ -> false),
          Map.entry("prediction", _ -> false),
          Map.entry("web_search_options", _ -> false),
          Map.entry("reasoning_effort", node -> node.asText().equals("none")),
          Map.entry("best_of", node -> node.isInt() && node.asInt() == 1),
          Map.entry("echo", node -> node.isBoolean() && !node.asBoolean()));

  /**
   * Reads a request.
   *
   * @throws Problem 422 (400 in OpenAI's shape) that names the field
   */
  static OpenAiRequest of(Fields fields, ChatConfig config) {
    String model =
        fields
            .text("model", MAX_NAME)
            .orElseThrow(() -> Problem.invalid("model", "is missing; /v1/models lists them"));
    if (fields.integer("n", 1, 128).orElse(1) != 1) {
      throw Problem.invalid("n", "must be 1: send as many requests as you want replies");
    }
    HARMLESS.forEach(
        (name, harmless) -> {
          JsonNode node = fields.node(name);
          if (!node.isMissingNode() && !node.isNull() && !harmless.test(node)) {
            throw Problem.unsupported(name);
          }
        });
    return new OpenAiRequest(
        fields.text("user", MAX_NAME),
        model,
        messages(fields.node("messages"), config.maxText()),
        sampling(fields, config),
        fields.flag("stream").orElse(false),
        fields.node("stream_options").path("include_usage").asBoolean(false),
        "true".equals(fields.node("metadata").path("share_consent").asText()));
  }

  private static Sampling sampling(Fields fields, ChatConfig config) {
    return Sampling.newBuilder(fields.sampling(config.defaultMaxTokens(), config.maxTokens()))
        .setTopLogprobs(fields.topLogprobs(config.maxTopLogprobs()).orElse(null))
        .build();
  }

  private static List<Message> messages(JsonNode given, int maxText) {
    if (!given.isArray() || given.isEmpty() || given.size() > MAX_MESSAGES) {
      throw Problem.invalid("messages", "must hold 1 to " + MAX_MESSAGES + " messages");
    }
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : given) {
      String text = content(message.path("content"), maxText);
      messages.add(new Message(role(message.path("role")), text, null));
    }
    if (messages.getLast().getRole() != Role.USER) {
      throw Problem.invalid("messages", "must end with a message of the user");
    }
    return messages;
  }

  private static Role role(JsonNode role) {
    return switch (role.asText()) {
      case "system", "developer" -> Role.SYSTEM;
      case "user" -> Role.USER;
      case "assistant" -> Role.ASSISTANT;
      default ->
          throw Problem.invalid("messages", "may have the roles system, user and assistant only");
    };
  }

  /** A string, or text parts one after the other. */
  private static String content(JsonNode content, int maxText) {
    StringBuilder text = new StringBuilder();
    if (content.isTextual()) {
      text.append(content.asText());
    } else if (content.isArray() && !content.isEmpty()) {
      for (JsonNode part : content) {
        if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
          throw Problem.invalid("messages", "may have content parts of type text only");
        }
        text.append(part.path("text").asText());
      }
    } else {
      throw Problem.invalid("messages", "must have content: a string or an array of text parts");
    }
    return Fields.checked(text.toString(), "messages", maxText);
  }
}
