package dev.heed.learning.http;

import dev.heed.learning.config.OperatorConfig;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Rounds and releases are for operators; without a key of theirs nobody is one. */
class OperatorFilter {

  private static final String BEARER = "bearer ";

  private final Optional<byte[]> key;

  OperatorFilter(OperatorConfig config) {
    key =
        config
            .key()
            .filter(value -> !value.isBlank())
            .map(value -> value.getBytes(StandardCharsets.UTF_8));
  }

  @ServerRequestFilter
  Optional<Response> check(ContainerRequestContext request, ResourceInfo resource) {
    // By what answers, not by the path: there are many ways to write a path.
    if (resource.getResourceClass() == PageResource.class) {
      return Optional.empty();
    }
    if (key.isEmpty()) {
      return Optional.of(
          Problems.of(403, "operators-disabled", "Set HEED_OPERATOR_KEY to let operators in."));
    }
    String given = request.getHeaderString("Authorization");
    boolean opens =
        given != null
            && given.regionMatches(true, 0, BEARER, 0, BEARER.length())
            && MessageDigest.isEqual(
                key.get(),
                given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
    return opens
        ? Optional.empty()
        : Optional.of(
            Response.fromResponse(Problems.of(401, "unauthorized", "Send the operators' key."))
                .header("WWW-Authenticate", "Bearer realm=\"heed-operators\"")
                .build());
  }
}
