package dev.heed.chat.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.chat.live.LiveReply;
import dev.heed.chat.store.StoredMessage;
import dev.heed.chat.store.StoredMessage.Filtered;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.Verdict;
import java.util.Locale;
import java.util.Map;

/** The steps of a reply as server-sent events of {@code /v1/conversations}. */
final class ConversationEvents {

  private static final Map<String, String> FAILURES =
      Map.of(
          "overloaded", "Too many people are being answered just now. Please try again soon.",
          "deadline", "The answer took too long. Please try again.",
          "prompt_too_long", "The conversation is too long for the model. Start a new one.",
          "model_error", "The model failed. Please try again.");

  private ConversationEvents() {}

  static String of(LiveReply.Step step) {
    return switch (step) {
      case LiveReply.Step.Restart() -> "event: restart\ndata: {}\n\n";
      case LiveReply.Step.Next(var chunk) -> of(chunk);
    };
  }

  private static String of(ReplyChunk chunk) {
    String id = chunk.getAttempt() + "-" + chunk.getSequence();
    StringBuilder out = new StringBuilder();
    switch (chunk.getKind()) {
      case CONTENT, UNKNOWN -> {
        if (!chunk.getText().isEmpty()) {
          out.append(event("chunk", id, text(chunk.getText())));
        }
      }
      case REFUSAL -> out.append(event("refusal", id, filtered(chunk)));
      case WITHDRAWAL -> out.append(event("withdrawal", id, filtered(chunk)));
      case FAILURE -> out.append(event("failure", id, failure(chunk.getError())));
    }
    if (chunk.getLast()) {
      out.append(event("done", id, done(chunk)));
    }
    return out.toString();
  }

  private static String event(String name, String id, ObjectNode data) {
    return "event: " + name + "\nid: " + id + "\ndata: " + data + "\n\n";
  }

  private static ObjectNode text(String text) {
    return Fields.JSON.createObjectNode().put("text", text);
  }

  private static ObjectNode filtered(ReplyChunk chunk) {
    Verdict verdict = chunk.getVerdict();
    ObjectNode data = text(chunk.getText());
    if (verdict != null) {
      String category = verdict.getCategory() == null ? "unknown" : verdict.getCategory();
      put(data, new Filtered(category, verdict.getSource().name(), verdict.getScore()));
    }
    return data;
  }

  static ObjectNode put(ObjectNode data, Filtered filtered) {
    return data.put("category", filtered.category())
        .put("source", filtered.source().toLowerCase(Locale.ROOT))
        .put("score", filtered.score());
  }

  private static ObjectNode failure(String code) {
    String known = code != null && FAILURES.containsKey(code) ? code : "failed";
    return Fields.JSON
        .createObjectNode()
        .put("code", known)
        .put("message", FAILURES.getOrDefault(known, "Something failed. Please try again."));
  }

  private static ObjectNode done(ReplyChunk chunk) {
    ObjectNode data = Fields.JSON.createObjectNode();
    String reason =
        chunk.getFinishReason() == null
            ? "stop"
            : chunk.getFinishReason().name().toLowerCase(Locale.ROOT);
    data.put("finish_reason", reason)
        .putObject("usage")
        .put("prompt_tokens", chunk.getUsage().getPromptTokens())
        .put("completion_tokens", chunk.getUsage().getCompletionTokens());
    return data;
  }

  /** A reply that ended before, told from the store. */
  static String ofStored(StoredMessage message, boolean seen) {
    String id = message.attempt() + "-" + Integer.MAX_VALUE;
    String name =
        switch (message.status()) {
          case REFUSED -> "refusal";
          case WITHDRAWN -> "withdrawal";
          case FAILED -> "failure";
          case COMPLETE, CANCELLED, STREAMING -> "chunk";
        };
    ObjectNode data = name.equals("failure") ? failure("failed") : text(message.text());
    message.filtered().ifPresent(filtered -> put(data, filtered));
    ObjectNode done = Fields.JSON.createObjectNode();
    done.put("finish_reason", message.filtered().isPresent() ? "content_filter" : "stop");
    String restart = seen ? "event: restart\ndata: {}\n\n" : "";
    return restart + event(name, id, data) + event("done", id, done);
  }
}
