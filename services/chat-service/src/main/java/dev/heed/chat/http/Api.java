package dev.heed.chat.http;

import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.metrics.ChatMeters;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jboss.logging.Logger;

/** Routes of the public API. Each request is served on a virtual thread, its body is bounded. */
@ApplicationScoped
public class Api {

  private static final Logger LOG = Logger.getLogger(Api.class);
  private static final String CONVERSATION = "/v1/conversations/:id";
  private static final String REPLY = CONVERSATION + "/replies/:replyId";
  private static final String CSP =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  private final ChatConfig config;
  private final ConversationApi conversations;
  private final OpenAiApi openAi;
  private final ChatMeters meters;

  /** What is served where; parts of a path that begin with a colon are parameters. */
  record Route(HttpMethod method, String path, Handler handler) {}

  /** Serves one request; may block. */
  interface Handler {
    void handle(Exchange exchange) throws InterruptedException;
  }

  Api(ChatConfig config, ConversationApi conversations, OpenAiApi openAi, ChatMeters meters) {
    this.config = config;
    this.conversations = conversations;
    this.openAi = openAi;
    this.meters = meters;
  }

  void routes(@Observes Router router) {
    router.route().order(-100).handler(Api::securityHeaders);
    router
        .route("/v1/*")
        .order(-90)
        .handler(BodyHandler.create(false).setBodyLimit(config.maxBody()))
        .failureHandler(this::failed);
    table().forEach(route -> on(router, route));
    router.route("/v1/*").order(90).handler(context -> refuse(context, Problem.ofStatus(404)));
  }

  /**
   * Every route of the public API; META-INF/openapi.yaml describes the same, and a test says so.
   */
  List<Route> table() {
    return List.of(
        new Route(HttpMethod.POST, "/v1/chat/completions", openAi::complete),
        new Route(HttpMethod.GET, "/v1/models", openAi::models),
        new Route(HttpMethod.GET, "/v1/models/:model", openAi::oneModel),
        new Route(HttpMethod.POST, "/v1/conversations", conversations::create),
        new Route(HttpMethod.GET, "/v1/conversations", conversations::list),
        new Route(HttpMethod.GET, CONVERSATION, conversations::read),
        new Route(HttpMethod.PATCH, CONVERSATION, conversations::update),
        new Route(HttpMethod.DELETE, CONVERSATION, conversations::delete),
        new Route(HttpMethod.POST, CONVERSATION + "/turns", conversations::turn),
        new Route(HttpMethod.GET, REPLY + "/stream", conversations::resume),
        new Route(HttpMethod.POST, REPLY + "/cancel", conversations::cancel));
  }

  private void on(Router router, Route route) {
    router
        .route(route.method(), route.path())
        .order(0)
        .handler(
            context ->
                Thread.ofVirtual()
                    .name("http")
                    .start(() -> serve(new Exchange(context), route.handler())))
        .failureHandler(this::failed);
  }

  private void serve(Exchange exchange, Handler handler) {
    try {
      handler.handle(exchange);
    } catch (Problem problem) {
      refuse(exchange.context(), problem);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(exchange.context(), Problem.unavailable());
    } catch (RuntimeException e) {
      LOG.errorf("A request failed: %s", e.getClass().getName());
      refuse(exchange.context(), Problem.ofStatus(500));
    }
  }

  private void failed(RoutingContext context) {
    int status = context.statusCode();
    refuse(
        context,
        status == 413
            ? Problem.tooLarge(config.maxBody())
            : Problem.ofStatus(status < 400 ? 500 : status));
  }

  private void refuse(RoutingContext context, Problem problem) {
    meters.rejected(problem.slug());
    new Exchange(context).refuse(problem);
  }

  private static void securityHeaders(RoutingContext context) {
    context
        .response()
        .putHeader("Content-Security-Policy", CSP)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer");
    context.next();
  }
}
