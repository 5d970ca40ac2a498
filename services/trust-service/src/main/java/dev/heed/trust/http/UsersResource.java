package dev.heed.trust.http;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.events.TrustScore;
import dev.heed.trust.flow.Scores;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/** What operators may ask: a person's running posterior, by pseudonym. */
@Path("/v1/users")
public class UsersResource {

  private final Scores scores;
  private final EventCodec codec;

  UsersResource(Scores scores, EventCodec codec) {
    this.scores = scores;
    this.codec = codec;
  }

  /** A person's score. */
  public record User(
      String pseudonym,
      double reliability,
      double reliabilitySd,
      double civility,
      double civilitySd,
      long ratings,
      long turns,
      String updatedAt) {}

  /** 200 with the score, 404 when nothing is known of that pseudonym here, 503 while restoring. */
  @GET
  @Path("/{pseudonym}")
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response user(@PathParam("pseudonym") String pseudonym) {
    return switch (scores.find(pseudonym)) {
      case Scores.Found.NotReady _ ->
          problem(503, "unavailable", "The store is being restored; try again soon.");
      case Scores.Found.Nothing _ ->
          problem(404, "user-not-found", "Nothing is known of that pseudonym.");
      case Scores.Found.Score score ->
          Response.ok(user(codec.decode(score.bytes(), TrustScore.class))).build();
    };
  }

  private static User user(TrustScore score) {
    return new User(
        score.getPseudonym(),
        score.getReliability(),
        score.getReliabilitySd(),
        score.getCivility(),
        score.getCivilitySd(),
        score.getRatings(),
        score.getTurns(),
        score.getAt().toString());
  }

  private static Response problem(int status, String slug, String detail) {
    return Response.status(status)
        .type("application/problem+json")
        .entity(
            Map.of(
                "type",
                "urn:heed:problem:" + slug,
                "title",
                slug.replace('-', ' '),
                "status",
                status,
                "detail",
                detail))
        .build();
  }
}
