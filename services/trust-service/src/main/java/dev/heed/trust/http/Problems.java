package dev.heed.trust.http;

import jakarta.ws.rs.core.Response;
import java.util.Map;

/** Failures as RFC 9457 tells them. */
final class Problems {

  private Problems() {}

  static Response of(int status, String slug, String detail) {
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

  static Response unavailable() {
    return Response.fromResponse(
            of(503, "unavailable", "The store is being restored or moved; try again soon."))
        .header("Retry-After", 1)
        .build();
  }
}
