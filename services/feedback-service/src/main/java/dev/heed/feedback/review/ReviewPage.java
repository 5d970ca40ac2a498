package dev.heed.feedback.review;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** The reviewers' page; it holds nothing until an operator's key is given. */
@Path("/review")
public class ReviewPage {

  private static final Map<String, String> FILES =
      Map.of("review.js", "text/javascript", "review.css", "text/css");

  /** The page. */
  @GET
  @Produces(MediaType.TEXT_HTML)
  public Response page() throws IOException {
    return file("review.html", MediaType.TEXT_HTML);
  }

  /** Its script and style. */
  @GET
  @Path("/{file}")
  public Response part(@PathParam("file") String file) throws IOException {
    String type = FILES.get(file);
    if (type == null) {
      throw new WebApplicationException(404);
    }
    return file(file, type);
  }

  private static Response file(String name, String type) throws IOException {
    try (InputStream page = ReviewPage.class.getResourceAsStream("/pages/" + name)) {
      return Response.ok(page.readAllBytes(), type + ";charset=UTF-8")
          .header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
          .header("X-Content-Type-Options", "nosniff")
          .header("Referrer-Policy", "no-referrer")
          .header("Cache-Control", "no-cache")
          .build();
    }
  }
}
