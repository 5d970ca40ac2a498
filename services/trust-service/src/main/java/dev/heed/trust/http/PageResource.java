package dev.heed.trust.http;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;

/** The operators' page; it holds nothing until an operator's key is given. */
@Path("/trust")
public class PageResource {

  /** The page. */
  @GET
  @Produces(MediaType.TEXT_HTML)
  public Response page() throws IOException {
    try (InputStream page = PageResource.class.getResourceAsStream("/pages/trust.html")) {
      return Response.ok(page.readAllBytes())
          .header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
          .header("X-Content-Type-Options", "nosniff")
          .header("Referrer-Policy", "no-referrer")
          .header("Cache-Control", "no-cache")
          .build();
    }
  }
}
