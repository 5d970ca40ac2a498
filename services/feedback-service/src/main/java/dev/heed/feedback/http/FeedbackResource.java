package dev.heed.feedback.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.heed.feedback.giving.Draft;
import dev.heed.feedback.giving.Giving;
import dev.heed.feedback.identity.Cohorts;
import dev.heed.feedback.identity.People;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.PersonRequestKind;
import dev.heed.schemas.identity.Identity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestHeader;

/** {@code /v1/feedback}: what a person thinks of a reply that was shown to them. */
@Path("/v1/feedback")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class FeedbackResource {

  private static final int MAX_KEY = 255;

  private final People people;
  private final Cohorts cohorts;
  private final Bodies bodies;
  private final Validator validator;
  private final Giving giving;

  FeedbackResource(
      People people, Cohorts cohorts, Bodies bodies, Validator validator, Giving giving) {
    this.people = people;
    this.cohorts = cohorts;
    this.bodies = bodies;
    this.validator = validator;
    this.giving = giving;
  }

  /** Takes a piece of feedback; 202 means that Kafka has it. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RequestBody(
      required = true,
      content = @Content(schema = @Schema(implementation = FeedbackRequest.class)))
  public Response give(
      @HeaderParam("Authorization") String authorization,
      @CookieParam(Identity.COOKIE) String session,
      @RestHeader("Idempotency-Key") String key,
      @HeaderParam("User-Agent") String agent,
      @Context HttpServerRequest connection,
      InputStream body)
      throws IOException {
    // Who has no name at all is told so before the body is looked at.
    pseudonym(authorization, session, null);
    FeedbackRequest request = bodies.read(body);
    String pseudonym = pseudonym(authorization, session, request.user());
    Draft draft = validator.check(request);
    Optional<String> from =
        Optional.ofNullable(connection.remoteAddress()).map(SocketAddress::hostAddress);
    Optional<String> cohort = cohorts.of(from, Optional.ofNullable(agent));
    return accepted(giving.give(pseudonym, draft, idempotencyKey(key), cohort));
  }

  /** Takes a piece of feedback back. */
  @DELETE
  @Path("/{id}")
  public Response retract(
      @HeaderParam("Authorization") String authorization,
      @CookieParam(Identity.COOKIE) String session,
      @QueryParam("user") String user,
      @PathParam("id") String id) {
    String pseudonym = pseudonym(authorization, session, user);
    if (!Uuid7.isValid(id)) {
      throw Problem.noSuchFeedback();
    }
    return accepted(giving.retract(pseudonym, id.toLowerCase(Locale.ROOT)));
  }

  /** Has all that this person ever said erased; says when the last of it is gone. */
  @DELETE
  public Response erase(
      @HeaderParam("Authorization") String authorization,
      @CookieParam(Identity.COOKIE) String session,
      @QueryParam("user") String user) {
    String pseudonym = pseudonym(authorization, session, user);
    String id = giving.ask(pseudonym, PersonRequestKind.ERASURE, Optional.empty());
    return Response.accepted(new Erased(id, "accepted", giving.goneBy().toString())).build();
  }

  /** Takes an appeal against what this person's feedback weighs; a person will read it. */
  @POST
  @Path("/appeal")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response appeal(
      @HeaderParam("Authorization") String authorization,
      @CookieParam(Identity.COOKIE) String session,
      InputStream body)
      throws IOException {
    pseudonym(authorization, session, null);
    AppealRequest request = bodies.read(body, AppealRequest.class);
    String pseudonym = pseudonym(authorization, session, request.user());
    Optional<String> text = validator.appeal(request.text());
    return accepted(giving.ask(pseudonym, PersonRequestKind.APPEAL, text));
  }

  /** What this person said of a reply. */
  @GET
  public Mine mine(
      @HeaderParam("Authorization") String authorization,
      @CookieParam(Identity.COOKIE) String session,
      @QueryParam("user") String user,
      @QueryParam("reply_id") String replyId) {
    String pseudonym = pseudonym(authorization, session, user);
    return new Mine(
        giving.on(pseudonym, validator.replyId(replyId)).stream()
            .map(given -> Given.of(given, giving.retracted(given)))
            .toList());
  }

  private String pseudonym(String authorization, String session, String user) {
    return people.pseudonym(
        Optional.ofNullable(authorization), Optional.ofNullable(session), validator.user(user));
  }

  private static Optional<String> idempotencyKey(String key) {
    if (key == null) {
      return Optional.empty();
    }
    if (key.isBlank() || key.length() > MAX_KEY) {
      throw Problem.invalid(
          List.of(new FieldError("Idempotency-Key", "1 to " + MAX_KEY + " characters")));
    }
    return Optional.of(key);
  }

  private static Response accepted(String id) {
    return Response.accepted(new Accepted(id, "accepted")).build();
  }

  /** The answer to what was taken. */
  public record Accepted(@JsonProperty("feedback_id") String feedbackId, String status) {}

  /** The answer to an erasure. */
  public record Erased(
      @JsonProperty("request_id") String requestId,
      String status,
      @JsonProperty("gone_by") String goneBy) {}

  /** An appeal, as it came. */
  public record AppealRequest(
      @JsonProperty("text") String text, @JsonProperty("user") String user) {}

  /** A person's feedback on one reply. */
  public record Mine(List<Given> data) {}

  /** One piece of it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Given(
      @JsonProperty("feedback_id") String feedbackId,
      @JsonProperty("reply_id") String replyId,
      String kind,
      String label,
      List<String> reasons,
      String comment,
      @JsonProperty("better_answer") String betterAnswer,
      @JsonProperty("other_reply_id") String otherReplyId,
      FeedbackRequest.Span span,
      boolean retracted,
      @JsonProperty("created_at") String createdAt) {

    static Given of(FeedbackGiven given, boolean retracted) {
      return new Given(
          given.getFeedbackId(),
          given.getReplyId(),
          given.getKind().name().toLowerCase(Locale.ROOT),
          given.getLabel(),
          given.getReasons(),
          given.getComment(),
          given.getBetterAnswer(),
          given.getOtherReplyId(),
          given.getSpanStart() == null
              ? null
              : new FeedbackRequest.Span(given.getSpanStart(), given.getSpanEnd()),
          retracted,
          given.getAt().toString());
    }
  }
}
