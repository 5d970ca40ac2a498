package dev.heed.feedback.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A request that is turned down, as RFC 9457 tells it; holds nothing that a person wrote. */
public final class Problem extends RuntimeException {

  /** Its media type. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final String TYPE = "urn:heed:problem:";

  private final int status;
  private final String slug;
  private final String title;
  private final List<FieldError> errors;
  private final Optional<Duration> retryAfter;

  private Problem(
      int status,
      String slug,
      String title,
      String detail,
      List<FieldError> errors,
      Optional<Duration> retryAfter) {
    super(detail, null, false, false);
    this.status = status;
    this.slug = slug;
    this.title = title;
    this.errors = List.copyOf(errors);
    this.retryAfter = retryAfter;
  }

  private static Problem of(int status, String slug, String title, String detail) {
    return new Problem(status, slug, title, detail, List.of(), Optional.empty());
  }

  /** 400: no JSON object in valid UTF-8. */
  public static Problem badJson() {
    return of(400, "bad-json", "Bad JSON", "The body must be one JSON object in UTF-8.");
  }

  /** 401. */
  public static Problem unauthorized() {
    return of(
        401,
        "unauthorized",
        "Unauthorized",
        "Send an API key as a bearer token, or the session cookie that the chat gave you.");
  }

  /** 404: nothing of it was shown to this person. */
  public static Problem replyNotShown() {
    return of(404, "reply-not-shown", "Reply not found", "No such reply was shown to you of late.");
  }

  /** 404: no feedback of this person has that id. */
  public static Problem noSuchFeedback() {
    return of(404, "no-such-feedback", "Feedback not found", "You gave no such feedback of late.");
  }

  /** 403: no operators' key is set. */
  public static Problem operatorsDisabled() {
    return of(
        403,
        "operators-disabled",
        "Operators disabled",
        "Set HEED_OPERATOR_KEY to let operators in.");
  }

  /** 404: no question has that id, or it is too long ago. */
  public static Problem noSuchTask() {
    return of(404, "no-such-task", "Question not found", "No such question is known.");
  }

  /** 409: the reply is still being written. */
  public static Problem replyNotFinished() {
    return of(
        409, "reply-not-finished", "Reply not finished", "Wait for the end of the reply first.");
  }

  /** 413. */
  public static Problem tooLarge(long limit) {
    return of(
        413, "body-too-large", "Body too large", "The body may have " + limit + " bytes at most.");
  }

  /** 422: fields that are missing, unknown, of a wrong type or out of bounds. */
  public static Problem invalid(List<FieldError> errors) {
    return new Problem(
        422,
        "invalid-fields",
        "Invalid fields",
        "Some fields are not as they must be.",
        errors,
        Optional.empty());
  }

  /** 422: the idempotency key stands for another request. */
  public static Problem keyReused() {
    return of(
        422,
        "idempotency-key-reused",
        "Idempotency key reused",
        "This Idempotency-Key was sent with another request before.");
  }

  /** 429. */
  public static Problem quota(Duration retryAfter) {
    return new Problem(
        429,
        "feedback-quota",
        "Too much feedback",
        "You have sent more feedback than is taken in a while.",
        List.of(),
        Optional.of(retryAfter));
  }

  /** 503: not confirmed; sending it again under the same key is safe. */
  public static Problem notConfirmed() {
    return new Problem(
        503,
        "not-confirmed",
        "Not confirmed",
        "The feedback could not be stored for certain; send it again with the same"
            + " Idempotency-Key.",
        List.of(),
        Optional.of(Duration.ofSeconds(2)));
  }

  /** 503: this replica is still reading what was shown. */
  public static Problem starting() {
    return new Problem(
        503,
        "starting",
        "Starting",
        "The service is starting; try again soon.",
        List.of(),
        Optional.of(Duration.ofSeconds(1)));
  }

  /** 503: too many requests wait for Kafka. */
  public static Problem overloaded() {
    return new Problem(
        503,
        "overloaded",
        "Overloaded",
        "Too many requests are waiting; try again soon.",
        List.of(),
        Optional.of(Duration.ofSeconds(1)));
  }

  /** What JAX-RS itself turned down: a path, a method, a media type. */
  static Problem ofStatus(int status) {
    Response.Status known = Response.Status.fromStatusCode(status);
    String title = known == null ? "HTTP " + status : known.getReasonPhrase();
    return of(status, title.toLowerCase(Locale.ROOT).replace(' ', '-'), title, title);
  }

  /** The last part of its type. */
  public String slug() {
    return slug;
  }

  /** The answer. */
  Response response() {
    Response.ResponseBuilder answer =
        Response.status(status)
            .type(MEDIA_TYPE)
            .entity(new Body(TYPE + slug, title, status, getMessage(), errors));
    retryAfter.ifPresent(time -> answer.header("Retry-After", Math.max(1, ceilSeconds(time))));
    if (status == Response.Status.UNAUTHORIZED.getStatusCode()) {
      answer.header("WWW-Authenticate", "Bearer realm=\"heed\"");
    }
    return answer.build();
  }

  private static long ceilSeconds(Duration time) {
    return time.plusMillis(999).toSeconds();
  }

  /** The document. */
  record Body(
      String type,
      String title,
      int status,
      String detail,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors) {}
}
