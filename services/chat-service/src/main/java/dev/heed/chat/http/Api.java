package dev.heed.chat.http;

import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.metrics.ChatMeters;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
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

  /** Serves one request; may block. */
  private interface Handler {
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
    on(router, HttpMethod.POST, "/v1/chat/completions", openAi::complete);
    on(router, HttpMethod.GET, "/v1/models", openAi::models);
    on(router, HttpMethod.GET, "/v1/models/:model", openAi::oneModel);
    on(router, HttpMethod.POST, "/v1/conversations", conversations::create);
    on(router, HttpMethod.GET, "/v1/conversations", conversations::list);
    on(router, HttpMethod.GET, CONVERSATION, conversations::read);
    on(router, HttpMethod.PATCH, CONVERSATION, conversations::update);
    on(router, HttpMethod.DELETE, CONVERSATION, conversations::delete);
    on(router, HttpMethod.POST, CONVERSATION + "/turns", conversations::turn);
    on(router, HttpMethod.GET, REPLY + "/stream", conversations::resume);
    on(router, HttpMethod.POST, REPLY + "/cancel", conversations::cancel);
    router.route("/v1/*").order(90).handler(context -> refuse(context, Problem.ofStatus(404)));
  }

  private void on(Router router, HttpMethod method, String path, Handler handler) {
    router
        .route(method, path)
        .order(0)
        .handler(
            context ->
                Thread.ofVirtual().name("http").start(() -> serve(new Exchange(context), handler)))
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
