package dev.heed.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.chat.live.LiveReply;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TokenLogprob;
import java.util.List;

/** The objects of OpenAI's chat completions for one reply. */
final class OpenAiShapes {

  /** Ends every stream of that API. */
  static final String DONE = "data: [DONE]\n\n";

  private static final String ID = "chatcmpl-";

  private final String model;
  private final LiveReply reply;

  OpenAiShapes(String model, LiveReply reply) {
    this.model = model;
    this.reply = reply;
  }

  /** A whole answer. */
  ObjectNode completion(ReplyChunk last, String text, List<TokenLogprob> logprobs) {
    ObjectNode body = head("chat.completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice.putObject("message").put("role", "assistant").put("content", text).putNull("refusal");
    choice.set("logprobs", logprobs(logprobs));
    choice.put("finish_reason", finishReason(last));
    body.set("usage", usage(last));
    return body;
  }

  /** The first event: who speaks. */
  String begin() {
    ObjectNode delta = Fields.JSON.createObjectNode().put("role", "assistant").put("content", "");
    return chunk(delta, List.of(), null);
  }

  /** An event with text; nothing for no text. */
  String text(String text, List<TokenLogprob> logprobs) {
    ObjectNode delta = Fields.JSON.createObjectNode().put("content", text);
    return text.isEmpty() ? "" : chunk(delta, logprobs, null);
  }

  /** The events after the text. */
  String end(ReplyChunk last, boolean withUsage) {
    StringBuilder out = new StringBuilder();
    out.append(chunk(Fields.JSON.createObjectNode(), List.of(), finishReason(last)));
    if (withUsage) {
      ObjectNode body = head("chat.completion.chunk");
      body.putArray("choices");
      body.set("usage", usage(last));
      out.append("data: ").append(body).append("\n\n");
    }
    return out.append(DONE).toString();
  }

  /** An error in the middle of a stream, as OpenAI's clients raise it; it ends the stream. */
  static String error(String message, String code) {
    ObjectNode body = Fields.JSON.createObjectNode();
    body.putObject("error")
        .put("message", message)
        .put("type", "server_error")
        .putNull("param")
        .put("code", code);
    return "data: " + body + "\n\n" + DONE;
  }

  private String chunk(ObjectNode delta, List<TokenLogprob> logprobs, String finishReason) {
    ObjectNode body = head("chat.completion.chunk");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.set("logprobs", logprobs(logprobs));
    choice.put("finish_reason", finishReason);
    return "data: " + body + "\n\n";
  }

  /** Null when nothing is known of the tokens. */
  private static JsonNode logprobs(List<TokenLogprob> tokens) {
    if (tokens.isEmpty()) {
      return Fields.JSON.nullNode();
    }
    ObjectNode body = Fields.JSON.createObjectNode();
    ArrayNode content = body.putArray("content");
    for (TokenLogprob token : tokens) {
      ArrayNode top =
          content
              .addObject()
              .put("token", token.getToken())
              .put("logprob", token.getLogprob())
              .putNull("bytes")
              .putArray("top_logprobs");
      token
          .getTop()
          .forEach(
              t ->
                  top.addObject()
                      .put("token", t.getToken())
                      .put("logprob", t.getLogprob())
                      .putNull("bytes"));
    }
    body.putNull("refusal");
    return body;
  }

  private ObjectNode head(String object) {
    return Fields.JSON
        .createObjectNode()
        .put("id", ID + reply.replyId())
        .put("object", object)
        .put("created", reply.begun().getEpochSecond())
        .put("model", model);
  }

  private static String finishReason(ReplyChunk last) {
    if (last.getKind() == ReplyKind.REFUSAL || last.getKind() == ReplyKind.WITHDRAWAL) {
      return "content_filter";
    }
    return last.getFinishReason() == null
        ? "stop"
        : switch (last.getFinishReason()) {
          case LENGTH -> "length";
          case CONTENT_FILTER -> "content_filter";
          default -> "stop";
        };
  }

  private static ObjectNode usage(ReplyChunk last) {
    int prompt = last.getUsage().getPromptTokens();
    int completion = last.getUsage().getCompletionTokens();
    return Fields.JSON
        .createObjectNode()
        .put("prompt_tokens", prompt)
        .put("completion_tokens", completion)
        .put("total_tokens", prompt + completion);
  }
}
