package dev.heed.chat.page;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * The page's own files carry no version in their names, so a browser has to ask whether they have
 * changed; else a page of yesterday would talk to the service of today. Webjars name their version
 * and keep Quarkus' long caching.
 */
@ApplicationScoped
public class PageCaching {

  private static final List<String> PATHS = List.of("/", "/index.html", "/js/*", "/css/*");
  private static final int BEFORE_STATIC_FILES = -50;

  void routes(@Observes Router router) {
    PATHS.forEach(
        path -> router.route(path).order(BEFORE_STATIC_FILES).handler(PageCaching::askAgain));
  }

  private static void askAgain(RoutingContext context) {
    context.addHeadersEndHandler(_ -> context.response().putHeader("Cache-Control", "no-cache"));
    context.next();
  }
}
