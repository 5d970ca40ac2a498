package dev.heed.learning.http;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** The operators' page; it holds nothing until an operator's key is given. */
@Path("/learning")
public class PageResource {

  private static final Map<String, String> FILES =
      Map.of(
          "learning.js",
          "text/javascript",
          "chart.js",
          "text/javascript",
          "learning.css",
          "text/css");

  /** The page. */
  @GET
  public Response page() throws IOException {
    return answer("learning.html", "text/html;charset=UTF-8");
  }

  /** What the page is made of. */
  @GET
  @Path("/{file}")
  public Response file(@PathParam("file") String file) throws IOException {
    return FILES.containsKey(file)
        ? answer(file, FILES.get(file) + ";charset=UTF-8")
        : Problems.of(404, "not-found", "There is no such page.");
  }

  private static Response answer(String file, String type) throws IOException {
    try (InputStream page = PageResource.class.getResourceAsStream("/pages/" + file)) {
      return Response.ok(page.readAllBytes(), type)
          .header(
              "Content-Security-Policy",
              "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
          .header("X-Content-Type-Options", "nosniff")
          .header("Referrer-Policy", "no-referrer")
          .header("Cache-Control", "no-cache")
          .build();
    }
  }
}
