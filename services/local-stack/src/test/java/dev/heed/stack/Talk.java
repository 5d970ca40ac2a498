package dev.heed.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;

/** One reply as a person saw it come in: the text shown at the end, and how it ended. */
record Talk(String replyId, String shown, String end, String finishReason) {

  /** Says something in a conversation and reads the stream to its end. */
  static Talk say(Stack stack, String key, String conversation, String text, int maxTokens)
      throws IOException, InterruptedException {
    return read(new ChatClient(stack.url(), key).say(conversation, text, maxTokens, true));
  }

  /** Reads a stream to its end; a stream that just breaks off ends as {@code broken}. */
  static Talk read(ServerEvents events) throws IOException {
    String replyId = "";
    StringBuilder shown = new StringBuilder();
    try (events) {
      for (Optional<ServerEvents.Event> next = events.next();
          next.isPresent();
          next = events.next()) {
        JsonNode data = Stack.JSON.readTree(next.get().data());
        switch (next.get().name()) {
          case "turn" -> replyId = data.path("reply_id").asText();
          case "chunk" -> shown.append(data.path("text").asText());
          case "restart" -> shown.setLength(0);
          case "refusal", "withdrawal" -> {
            shown.setLength(0);
            shown.append(data.path("text").asText());
          }
          case "failure" -> {
            return new Talk(replyId, shown.toString(), "failure", data.path("code").asText());
          }
          case "done" -> {
            return new Talk(replyId, shown.toString(), "done", data.path("finish_reason").asText());
          }
          default -> {} // later versions may add events
        }
      }
    }
    return new Talk(replyId, shown.toString(), "broken", "");
  }
}
