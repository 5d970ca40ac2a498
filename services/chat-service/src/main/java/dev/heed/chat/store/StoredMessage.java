package dev.heed.chat.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * One message of a kept conversation.
 *
 * @param id turn id of a person's message, reply id of an answer
 * @param filtered why a text was kept back or taken back
 * @param createdAt milliseconds since 1970
 */
public record StoredMessage(
    String id,
    Who role,
    String text,
    Status status,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Filtered> filtered,
    long createdAt) {

  /** Who speaks. */
  public enum Who {
    USER,
    ASSISTANT
  }

  /** How it ended. */
  public enum Status {
    COMPLETE,
    REFUSED,
    WITHDRAWN,
    FAILED,
    CANCELLED,
    STREAMING
  }

  /** What screening found: a category, its score and which part decided. */
  public record Filtered(String category, String source, double score) {}
}
