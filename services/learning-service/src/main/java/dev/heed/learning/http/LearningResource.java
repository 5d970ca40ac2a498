package dev.heed.learning.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.rollout.Release;
import dev.heed.learning.rollout.ReleaseState;
import dev.heed.learning.rollout.Rollouts;
import dev.heed.learning.rounds.Round;
import dev.heed.learning.rounds.Rounds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** What operators see of rounds and releases, and what they may decide. */
@Path("/v1/learning")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class LearningResource {

  private static final Set<String> KINDS = Set.of("reward", "sft", "cringe", "dpo", "director");
  private static final String BY_OPERATOR = "by an operator";

  private final Rounds rounds;
  private final Rollouts rollouts;
  private final Summaries summaries;
  private final Lineage lineage;

  LearningResource(Rounds rounds, Rollouts rollouts, Summaries summaries, Lineage lineage) {
    this.rounds = rounds;
    this.rollouts = rollouts;
    this.summaries = summaries;
    this.lineage = lineage;
  }

  /** Rounds, releases, data versions, the trainer's progress. */
  @GET
  @Path("/summary")
  public JsonNode summary() throws IOException {
    return summaries.all();
  }

  /** Begins a round; 409 while one is under way. */
  @POST
  @Path("/rounds")
  public Response run(@QueryParam("kind") String kind) throws IOException {
    if (kind != null && !KINDS.contains(kind)) {
      return Problems.of(
          422, "invalid", "kind is one of " + String.join(", ", KINDS.stream().sorted().toList()));
    }
    try {
      Round round = kind == null ? rounds.begin("operator") : rounds.begin("operator", kind);
      return Response.accepted(summaries.round(round)).build();
    } catch (IllegalStateException e) {
      return Problems.of(409, "round-under-way", "Wait until the round has ended.");
    }
  }

  /** A round with its report. */
  @GET
  @Path("/rounds/{number}")
  public Response round(@PathParam("number") int number) throws IOException {
    Optional<Round> round = rounds.book().find(number);
    return round.isPresent() ? Response.ok(summaries.round(round.get())).build() : noRound();
  }

  /** Releases a round that is held. */
  @POST
  @Path("/rounds/{number}/accept")
  public Response accept(@PathParam("number") int number) throws IOException {
    return decide(number, true);
  }

  /** Keeps a round that is held from being released. */
  @POST
  @Path("/rounds/{number}/reject")
  public Response reject(@PathParam("number") int number) throws IOException {
    return decide(number, false);
  }

  private Response decide(int number, boolean accept) throws IOException {
    if (rounds.book().find(number).isEmpty()) {
      return noRound();
    }
    try {
      return Response.ok(summaries.round(rounds.decide(number, accept))).build();
    } catch (IllegalStateException e) {
      return Problems.of(409, "not-held", "Only a round that is held can be decided.");
    }
  }

  /** One step on: shadow to canary, canary to all. */
  @POST
  @Path("/releases/{id}/promote")
  public Response promote(@PathParam("id") String id) throws IOException {
    if (rollouts.find(id).isEmpty()) {
      return noRelease();
    }
    try {
      return Response.ok(summaries.release(rollouts.promote(id, BY_OPERATOR))).build();
    } catch (IllegalStateException e) {
      return Problems.of(409, "no-step", "A release that is live or withdrawn goes no further.");
    }
  }

  /** Takes a release back; what it replaced is live again. */
  @POST
  @Path("/releases/{id}/rollback")
  public Response rollback(@PathParam("id") String id) throws IOException {
    if (rollouts.find(id).isEmpty()) {
      return noRelease();
    }
    return Response.ok(summaries.release(rollouts.withdraw(id, BY_OPERATOR))).build();
  }

  /** Takes back the newest release that serves anybody. */
  @POST
  @Path("/rollback")
  public Response rollback() throws IOException {
    Optional<Release> newest =
        rollouts.all().stream()
            .filter(r -> !(r.state() instanceof ReleaseState.Withdrawn))
            .max(Comparator.comparing(Release::releaseId));
    return newest.isEmpty()
        ? Problems.of(404, "nothing-released", "No release serves anybody.")
        : rollback(newest.get().releaseId());
  }

  /** From a reply, a release, a round or a data version to all that it comes from and led to. */
  @GET
  @Path("/lineage/{of}")
  public Response lineage(@PathParam("of") String of) throws IOException {
    return lineage
        .of(of)
        .map(found -> Response.ok(found).build())
        .orElseGet(
            () ->
                Problems.of(
                    404, "not-found", "No reply, release, round or data version of that name."));
  }

  private static Response noRound() {
    return Problems.of(404, "round-not-found", "There is no round of that number.");
  }

  private static Response noRelease() {
    return Problems.of(404, "release-not-found", "There is no release of that id or name@version.");
  }
}
