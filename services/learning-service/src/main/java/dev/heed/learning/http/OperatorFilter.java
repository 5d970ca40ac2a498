package dev.heed.learning.http;

import dev.heed.learning.config.OperatorConfig;
import dev.heed.schemas.identity.OperatorKey;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Rounds and releases are for operators; without a key of theirs nobody is one. */
class OperatorFilter {

  private final OperatorKey key;

  OperatorFilter(OperatorConfig config) {
    key = new OperatorKey(config.key());
  }

  @ServerRequestFilter
  Optional<Response> check(ContainerRequestContext request, ResourceInfo resource) {
    // By what answers, not by the path: there are many ways to write a path.
    if (resource.getResourceClass() == PageResource.class) {
      return Optional.empty();
    }
    return switch (key.check(request.getHeaderString("Authorization"))) {
      case OPENS -> Optional.empty();
      case NOBODY_IS ->
          Optional.of(
              Problems.of(403, "operators-disabled", "Set HEED_OPERATOR_KEY to let operators in."));
      case WRONG ->
          Optional.of(
              Response.fromResponse(Problems.of(401, "unauthorized", "Send the operators' key."))
                  .header("WWW-Authenticate", OperatorKey.CHALLENGE)
                  .build());
    };
  }
}
