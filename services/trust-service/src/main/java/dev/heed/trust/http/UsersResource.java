package dev.heed.trust.http;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.events.TrustScore;
import dev.heed.trust.flow.Directory;
import dev.heed.trust.flow.Found;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What operators may ask: a person's running posterior, by pseudonym, at any replica. */
@Path("/v1/users")
public class UsersResource {

  private final Directory directory;
  private final EventCodec codec;

  UsersResource(Directory directory, EventCodec codec) {
    this.directory = directory;
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
      double peakReliability,
      String movedBy,
      String cohort,
      String appeal,
      String updatedAt) {}

  /** 200 with the score, 404 when nothing is known of that pseudonym, 503 while restoring. */
  @GET
  @Path("/{pseudonym}")
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response user(@PathParam("pseudonym") String pseudonym) {
    return switch (directory.score(pseudonym)) {
      case Found.NotReady _ -> Problems.unavailable();
      case Found.Nothing _ ->
          Problems.of(404, "user-not-found", "Nothing is known of that pseudonym.");
      case Found.Value score ->
          Response.ok(user(codec.decode(score.bytes(), TrustScore.class))).build();
    };
  }

  /** The feedback of a person that is still kept, with what is believed of it. */
  @GET
  @Path("/{pseudonym}/feedback")
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response feedback(@PathParam("pseudonym") String pseudonym) {
    return switch (directory.feedback(pseudonym)) {
      case Found.Value list -> Response.ok(list.bytes()).build();
      case Found.Nothing _ -> Response.ok("{\"data\":[]}").build();
      case Found.NotReady _ -> Problems.unavailable();
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
        score.getPeakReliability(),
        score.getMovedBy(),
        score.getCohort(),
        score.getAppeal(),
        score.getAt().toString());
  }
}
