package dev.heed.chat.http;

import java.time.Duration;
import java.util.Optional;

/** A request that is turned down, as RFC 9457 tells it; holds nothing that a person wrote. */
public final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String slug;
  private final String title;
  private final int retryAfterSeconds;
  private final String field;

  private Problem(int status, String slug, String title, String detail, int retryAfterSeconds) {
    this(status, slug, title, detail, retryAfterSeconds, null);
  }

  private Problem(
      int status, String slug, String title, String detail, int retryAfterSeconds, String field) {
    super(detail, null, false, false);
    this.field = field;
    this.status = status;
    this.slug = slug;
    this.title = title;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static Problem badJson() {
    return new Problem(
        400, "bad-json", "Bad JSON", "The body must be one JSON object in UTF-8.", 0);
  }

  /** 401. */
  public static Problem unauthorized() {
    return new Problem(401, "unauthorized", "Unauthorized", "That API key is not known here.", 0);
  }

  static Problem notFound(String what) {
    return new Problem(404, "not-found", "Not found", "You have no such " + what + ".", 0);
  }

  static Problem modelNotFound() {
    return new Problem(
        404, "model-not-found", "Model not found", "No such model; /v1/models lists them.", 0);
  }

  /** 413. */
  static Problem tooLarge(long bytes) {
    return new Problem(
        413, "body-too-large", "Body too large", "At most " + bytes + " bytes are taken.", 0);
  }

  /** 415. */
  static Problem notJson() {
    return new Problem(415, "not-json", "Not JSON", "Send the body as application/json.", 0);
  }

  /** 422: a field is missing, of a wrong type or out of bounds; the detail names it. */
  static Problem invalid(String detail) {
    return new Problem(422, "invalid-fields", "Invalid fields", detail, 0);
  }

  /** 422: that field, of a closed set of names, is of a wrong type or out of bounds. */
  static Problem invalid(String field, String what) {
    return new Problem(422, "invalid-fields", "Invalid fields", field + " " + what, 0, field);
  }

  /** 422: that field of OpenAI's API means something that Heed does not do. */
  static Problem unsupported(String field) {
    return new Problem(
        422,
        "unsupported-parameter",
        "Unsupported parameter",
        field + " is not supported here; leave it out",
        0,
        field);
  }

  /** 400. */
  static Problem badLastEventId() {
    return new Problem(
        400,
        "bad-last-event-id",
        "Bad Last-Event-ID",
        "Last-Event-ID must be the id of an event of this stream.",
        0);
  }

  static Problem keyReused() {
    return new Problem(
        422,
        "idempotency-key-reused",
        "Idempotency key reused",
        "This Idempotency-Key was sent with another body before.",
        0);
  }

  /** 429: this person has too much under way or sent too much. */
  public static Problem tooMany(String detail, Duration retryAfter) {
    return new Problem(
        429, "too-many-requests", "Too many requests", detail, ceilSeconds(retryAfter));
  }

  /** 503: the service has no room. */
  public static Problem overloaded() {
    return new Problem(
        503, "overloaded", "Overloaded", "Too many replies are being written; try again soon.", 2);
  }

  /** 503: Kafka or the store do not answer. */
  public static Problem unavailable() {
    return new Problem(
        503, "unavailable", "Unavailable", "The service is starting or recovering; try again.", 2);
  }

  static Problem ofStatus(int status) {
    return switch (status) {
      case 405 -> new Problem(405, "method-not-allowed", "Method not allowed", "Not here.", 0);
      case 404 -> new Problem(404, "not-found", "Not found", "There is nothing here.", 0);
      case 400 -> badJson();
      default -> new Problem(status, "error", "Error", "The request could not be served.", 0);
    };
  }

  private static int ceilSeconds(Duration time) {
    return (int) Math.max(1, time.plusMillis(999).toSeconds());
  }

  int status() {
    return status;
  }

  /** The last part of its type, from a closed set. */
  public String slug() {
    return slug;
  }

  /** The name of the field that is to blame, if it is one. */
  Optional<String> field() {
    return Optional.ofNullable(field);
  }

  String title() {
    return title;
  }

  /** Seconds after which it may be tried again; empty when trying again is no help. */
  Optional<Integer> retryAfter() {
    return retryAfterSeconds > 0 ? Optional.of(retryAfterSeconds) : Optional.empty();
  }
}
