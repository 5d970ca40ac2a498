package dev.heed.trust.http;

import dev.heed.trust.flow.Directory;
import dev.heed.trust.flow.Summary;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What operators see of everybody together. */
@Path("/v1/trust")
public class TrustResource {

  private final Directory directory;

  TrustResource(Directory directory) {
    this.directory = directory;
  }

  /** All replicas that answer; {@code complete} says whether all did. */
  @GET
  @Path("/summary")
  @Produces(MediaType.APPLICATION_JSON)
  @RunOnVirtualThread
  public Summary summary() {
    return directory.summary();
  }
}
