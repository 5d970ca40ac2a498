package dev.heed.feedback.review;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.feedback.config.IdentityConfig;
import dev.heed.feedback.config.OperatorConfig;
import dev.heed.feedback.giving.Giving;
import dev.heed.feedback.http.FieldError;
import dev.heed.feedback.http.Problem;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.identity.Identity;
import dev.heed.schemas.identity.OperatorKey;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * {@code /v1/review}: puts questions to operators, blind to who rated and to why it is asked, and
 * takes their answers as feedback of kind review.
 */
@Path("/v1/review")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class ReviewResource {

  private static final int MAX_BODY = 1024;
  private static final String NAME = "[A-Za-z0-9._-]{1,64}";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Reviews reviews;
  private final Transcripts transcripts;
  private final Giving giving;
  private final OperatorKey key;
  private final Identity identity;

  ReviewResource(
      Reviews reviews,
      Transcripts transcripts,
      Giving giving,
      OperatorConfig operators,
      IdentityConfig identity) {
    this.reviews = reviews;
    this.transcripts = transcripts;
    this.giving = giving;
    this.key = new OperatorKey(operators.key());
    this.identity = Identity.by(identity.secret(), identity.keyVersion());
  }

  /**
   * A question.
   *
   * @param about "reply": was this reply all right? "filter": was what the person wrote all right?
   * @param turn what the person wrote; null: retention has taken it
   * @param reply what was answered; null: retention has taken it
   */
  public record Question(
      @JsonProperty("task_id") String taskId, String about, String turn, String reply) {}

  /** The answer to an answer. */
  public record Accepted(@JsonProperty("feedback_id") String feedbackId, String status) {}

  /** The state of the review. */
  public record State(long waiting, Reviews.Measured agreement) {}

  /** The next question, but not the one that is skipped; 204 when there is none. */
  @GET
  @Path("/next")
  public Response next(
      @HeaderParam("Authorization") String authorization, @QueryParam("not") String skipped) {
    reviewer(authorization, null);
    return reviews
        .next(Optional.ofNullable(skipped))
        .map(task -> Response.ok(question(task)).build())
        .orElseGet(() -> Response.noContent().build());
  }

  /** How much waits, and how far reviewers agree. */
  @GET
  public State state(@HeaderParam("Authorization") String authorization) {
    reviewer(authorization, null);
    return new State(reviews.waiting(), reviews.measured());
  }

  /** A question by its id. */
  @GET
  @Path("/{id}")
  public Question one(
      @HeaderParam("Authorization") String authorization, @PathParam("id") String id) {
    reviewer(authorization, null);
    return question(reviews.task(id).orElseThrow(Problem::noSuchTask));
  }

  /** Takes an answer: {@code {"label":"up"}} or down; 202 means that Kafka has it. */
  @POST
  @Path("/{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response answer(
      @HeaderParam("Authorization") String authorization,
      @HeaderParam("X-Heed-Reviewer") String name,
      @PathParam("id") String id,
      InputStream body)
      throws IOException {
    String reviewer = reviewer(authorization, name);
    ReviewTask task = reviews.task(id).orElseThrow(Problem::noSuchTask);
    String feedbackId = giving.review(reviewer, task, label(body));
    return Response.accepted(new Accepted(feedbackId, "accepted")).build();
  }

  private static String label(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(MAX_BODY + 1);
    if (bytes.length > MAX_BODY) {
      throw Problem.tooLarge(MAX_BODY);
    }
    String label;
    try {
      label = JSON.readTree(bytes).path("label").asText("");
    } catch (IOException e) {
      throw Problem.badJson();
    }
    if (!label.equals("up") && !label.equals("down")) {
      throw Problem.invalid(List.of(new FieldError("label", "up or down")));
    }
    return label;
  }

  private Question question(ReviewTask task) {
    Transcripts.Transcript said = transcripts.of(task);
    return new Question(
        task.getTaskId(),
        task.getItemId().startsWith("filter:") ? "filter" : "reply",
        said.turn().orElse(null),
        said.reply().orElse(null));
  }

  /** The pseudonym of a reviewer, who is an operator with a name. */
  private String reviewer(String authorization, String name) {
    switch (key.check(authorization)) {
      case OPENS -> {}
      case NOBODY_IS -> throw Problem.operatorsDisabled();
      case WRONG -> throw Problem.unauthorized();
    }
    if (name != null && !name.matches(NAME)) {
      throw Problem.invalid(
          List.of(new FieldError("X-Heed-Reviewer", "1 to 64 letters, digits or ._-")));
    }
    return identity.pseudonym("reviewer:" + (name == null ? "operator" : name));
  }
}
