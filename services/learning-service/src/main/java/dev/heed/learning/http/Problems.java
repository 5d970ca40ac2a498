package dev.heed.learning.http;

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
}
