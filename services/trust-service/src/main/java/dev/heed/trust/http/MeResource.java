package dev.heed.trust.http;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.events.TrustScore;
import dev.heed.schemas.identity.Callers;
import dev.heed.schemas.identity.Identity;
import dev.heed.trust.config.IdentityConfig;
import dev.heed.trust.flow.Directory;
import dev.heed.trust.flow.Found;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Anybody may see why their own feedback weighs what it does. */
@Path("/v1/me/trust")
public class MeResource {

  private static final int FEW = 10;

  private final Directory directory;
  private final EventCodec codec;
  private final Optional<Callers> callers; // none without a secret

  MeResource(Directory directory, EventCodec codec, IdentityConfig config) {
    this.directory = directory;
    this.codec = codec;
    this.callers =
        config
            .secret()
            .filter(secret -> !secret.isBlank())
            .map(secret -> Identity.by(Optional.of(secret), config.keyVersion()))
            .map(identity -> new Callers(identity, config.apiKeys().orElse(List.of())));
  }

  /**
   * The answer.
   *
   * @param weight "little", "some" or "much": exact numbers would be a recipe for gaming it
   * @param why plain sentences
   */
  public record Mine(
      String weight, List<String> why, boolean appealed, String appeal, String erasure) {}

  /** 200 also for who has given no feedback yet; 401 without an identity. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Response mine(
      @HeaderParam("Authorization") String authorization,
      @CookieParam(Identity.COOKIE) String session,
      @QueryParam("user") String user) {
    Optional<String> pseudonym = pseudonym(authorization, session, user);
    if (pseudonym.isEmpty()) {
      return Problems.of(
          401, "unauthorized", "Send an API key, or the session cookie that the chat gave you.");
    }
    return switch (directory.score(pseudonym.get())) {
      case Found.NotReady _ -> Problems.unavailable();
      case Found.Nothing _ -> Response.ok(unknown()).build();
      case Found.Value score ->
          Response.ok(explain(codec.decode(score.bytes(), TrustScore.class))).build();
    };
  }

  private Optional<String> pseudonym(String authorization, String session, String user) {
    return callers.flatMap(
        known ->
            known.pseudonym(
                Optional.ofNullable(authorization),
                Optional.ofNullable(session),
                Optional.ofNullable(user).filter(name -> !name.isBlank())));
  }

  private static Mine unknown() {
    return mine("some", List.of("You have not rated anything yet that we still know of."), false);
  }

  private static Mine mine(String weight, List<String> why, boolean appealed) {
    return new Mine(weight, why, appealed, "POST /v1/feedback/appeal", "DELETE /v1/feedback");
  }

  private static Mine explain(TrustScore score) {
    List<String> why = new ArrayList<>();
    String weight =
        score.getReliability() > .7 ? "much" : score.getReliability() > .55 ? "some" : "little";
    if (score.getRatings() < FEW) {
      why.add("You have rated few replies so far, so we hardly know how to take your ratings.");
    } else if (weight.equals("much")) {
      why.add("Your ratings mostly agree with what our reviewers and other careful people find.");
    } else {
      why.add("Your ratings often differ from what our reviewers and other careful people find.");
    }
    if (score.getPeakReliability() > score.getReliability() + .15) {
      why.add("They once counted for more than they do now.");
    }
    if ("review".equals(score.getMovedBy())) {
      why.add("The last change came from a human review of a reply that you rated.");
    }
    why.add("How politely you write does not count here: that is looked at on its own.");
    why.add("No score bans anybody. If this looks wrong to you, appeal, and a person will look.");
    return mine(weight, why, score.getAppeal() != null);
  }
}
