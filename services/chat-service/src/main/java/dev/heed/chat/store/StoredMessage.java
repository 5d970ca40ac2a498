package dev.heed.chat.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;

/**
 * One message of a kept conversation.
 *
 * @param id turn id of a person's message, reply id of an answer
 * @param filtered why a text was kept back or taken back
 * @param createdAt milliseconds since 1970
 * @param attempt of an answer: the highest that was seen, 0 before any
 * @param deadline of an answer: milliseconds since 1970 after which it does not come any more; 0 in
 *     what older versions stored
 * @param request of a turn that came with an idempotency key: the digest of its request
 */
public record StoredMessage(
    String id,
    Who role,
    String text,
    Status status,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Filtered> filtered,
    long createdAt,
    int attempt,
    long deadline,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> request) {

  /** How much later than its deadline an answer may come in, in milliseconds. */
  public static final long GRACE_MILLIS = 2_000;

  /** For answers that were stored without a deadline. */
  private static final long LONGEST_MILLIS = 600_000;

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

  /** A person's message. */
  static StoredMessage turn(String id, String text, long at, Optional<String> request) {
    return new StoredMessage(
        id, Who.USER, text, Status.COMPLETE, Optional.empty(), at, 0, 0, request);
  }

  /** The place of an answer that is awaited. */
  static StoredMessage awaited(String id, long at, long deadline) {
    return new StoredMessage(
        id,
        Who.ASSISTANT,
        "",
        Status.STREAMING,
        Optional.empty(),
        at,
        0,
        deadline,
        Optional.empty());
  }

  /** The same awaited answer, of which a newer attempt has begun. */
  StoredMessage withAttempt(int newest) {
    return new StoredMessage(
        id, role, text, status, filtered, createdAt, newest, deadline, request);
  }

  /**
   * As it stands at that moment: an answer that has not come by its deadline has failed. This is
   * told from the deadline and stored nowhere, so it holds on every replica and after any crash.
   */
  StoredMessage asOf(Instant now) {
    long last = (deadline > 0 ? deadline : createdAt + LONGEST_MILLIS) + GRACE_MILLIS;
    return status != Status.STREAMING || now.toEpochMilli() < last
        ? this
        : new StoredMessage(
            id, role, text, Status.FAILED, filtered, createdAt, attempt, deadline, request);
  }
}
