package dev.heed.stack;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.httpproxy.HttpProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one public port of a machine, in the place of a cluster's Ingress: {@code /v1/feedback} and
 * the review go to feedback-service, what is known of people to trust-service, rounds and releases
 * to learning-service, the health and metrics of all to {@link Health}, everything else to
 * chat-service. On loopback only, so that the management plane may share it here (docs/adr/0003).
 */
final class Gateway implements AutoCloseable {

  private static final int MAX_CONNECTIONS = 1024;
  private static final long LOOK_MILLIS = 300;
  private static final List<String> FEEDBACK_PATHS =
      List.of("/v1/feedback", "/v1/review", "/review");
  private static final List<String> LEARNING_PATHS = List.of("/v1/learning", "/learning");
  private static final List<String> TRUST_PATHS =
      List.of("/v1/me/trust", "/v1/users", "/v1/trust", "/trust", "/operators");

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final Ports ports;
  private final Health health;
  private final List<Origins> origins = new ArrayList<>();
  private final HttpProxy chat;
  private final HttpProxy feedback;
  private final HttpProxy trust;
  private final HttpProxy learning;
  private volatile boolean closed;

  Gateway(Ports ports) {
    this.ports = ports;
    this.health = new Health(ports);
    this.chat = proxy(ServiceSpec.CHAT);
    this.feedback = proxy(ServiceSpec.FEEDBACK);
    this.trust = proxy(ServiceSpec.TRUST);
    this.learning = proxy(ServiceSpec.LEARNING);
  }

  private HttpProxy proxy(ServiceSpec service) {
    Origins copies = new Origins(ports, service);
    origins.add(copies);
    var options = new HttpClientOptions().setMaxPoolSize(MAX_CONNECTIONS).setTcpNoDelay(true);
    return HttpProxy.reverseProxy(vertx.createHttpClient(options))
        .originSelector(_ -> Future.succeededFuture(copies.next()));
  }

  /** Leaves out the copies that are not ready, and takes them in again. */
  private void watch() {
    try {
      while (!closed) {
        origins.forEach(Origins::look);
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts to listen. */
  void start() throws InterruptedException {
    if (ports.replicas() > 1) {
      Thread.ofVirtual().start(this::watch);
    }
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setTcpNoDelay(true))
            .requestHandler(this::route);
    try {
      server
          .listen(ports.base())
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new StackException("cannot listen on port " + ports.base() + ": " + e.getMessage());
    }
  }

  private void route(HttpServerRequest request) {
    String path = request.path() == null ? "/" : request.path();
    if (isUnder(path, FEEDBACK_PATHS)) {
      feedback.handle(request);
    } else if (isUnder(path, TRUST_PATHS)) {
      trust.handle(request);
    } else if (isUnder(path, LEARNING_PATHS)) {
      learning.handle(request);
    } else if (path.startsWith("/q/health") || path.equals("/q/metrics")) {
      Thread.ofVirtual().start(() -> health.answer(request.response(), path));
    } else {
      chat.handle(request);
    }
  }

  private static boolean isUnder(String path, List<String> roots) {
    return roots.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
  }

  @Override
  public void close() {
    closed = true;
    vertx.close();
  }
}
