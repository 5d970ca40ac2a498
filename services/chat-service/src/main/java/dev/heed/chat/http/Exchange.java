package dev.heed.chat.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.chat.identity.People;
import dev.heed.schemas.identity.Identity;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;

/** One request and its answer, without the ways of the web server. */
final class Exchange {

  private static final Duration SESSION = Duration.ofDays(365);
  private static final int MAX_USER = 256;
  private static final int MAX_KEY = 200;

  private final RoutingContext context;

  Exchange(RoutingContext context) {
    this.context = context;
  }

  RoutingContext context() {
    return context;
  }

  HttpServerResponse response() {
    return context.response();
  }

  /** The body's fields. */
  Fields fields() {
    String type = header("Content-Type").orElse("");
    if (!type.isEmpty() && !type.startsWith("application/json")) {
      throw Problem.notJson();
    }
    return Fields.of(body());
  }

  /** The body as it came; empty when there is none. */
  byte[] body() {
    Buffer buffer = context.body().buffer();
    return buffer == null ? new byte[0] : buffer.getBytes();
  }

  /** A parameter of the address. */
  Optional<String> query(String name) {
    return context.queryParam(name).stream().findFirst();
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(context.request().getHeader(name));
  }

  String path(String name) {
    return context.pathParam(name);
  }

  /** A key under which a repeated request is the same request. */
  Optional<String> idempotencyKey() {
    Optional<String> key = header("Idempotency-Key").filter(value -> !value.isBlank());
    if (key.filter(value -> value.length() > MAX_KEY).isPresent()) {
      throw Problem.invalid("Idempotency-Key", "may have " + MAX_KEY + " characters at most");
    }
    return key;
  }

  /** Whose request it is; a stranger is given a session. */
  String pseudonym(People people, Optional<String> user) {
    if (user.filter(name -> name.length() > MAX_USER).isPresent()) {
      throw Problem.invalid("user", "may have " + MAX_USER + " characters at most");
    }
    Cookie cookie = context.request().getCookie(Identity.COOKIE);
    People.Person person =
        people.of(header("Authorization"), Optional.ofNullable(cookie).map(Cookie::getValue), user);
    person.newSession().ifPresent(this::giveSession);
    return person.pseudonym();
  }

  private void giveSession(String session) {
    boolean secure = "https".equals(header("X-Forwarded-Proto").orElse(""));
    Cookie cookie =
        Cookie.cookie(Identity.COOKIE, session)
            .setPath("/")
            .setHttpOnly(true)
            .setSecure(secure)
            .setSameSite(CookieSameSite.LAX)
            .setMaxAge(SESSION.toSeconds());
    context.response().addCookie(cookie);
  }

  void json(int status, JsonNode body) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(body.toString());
  }

  void empty(int status) {
    context.response().setStatusCode(status).end();
  }

  /** Turns the request down, in OpenAI's shape on its paths and as RFC 9457 elsewhere. */
  void refuse(Problem problem) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.headWritten()) {
      return;
    }
    problem.retryAfter().ifPresent(s -> response.putHeader("Retry-After", Integer.toString(s)));
    if (problem.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer realm=\"heed\"");
    }
    String path = Optional.ofNullable(context.request().path()).orElse("");
    boolean openAi = path.startsWith("/v1/chat/") || path.startsWith("/v1/models");
    response.setStatusCode(openAi && problem.status() == 422 ? 400 : problem.status());
    if (openAi) {
      response.putHeader("Content-Type", "application/json").end(openAi(problem).toString());
    } else {
      ObjectNode body = Fields.JSON.createObjectNode();
      body.put("type", "urn:heed:problem:" + problem.slug()).put("title", problem.title());
      body.put("status", problem.status()).put("detail", problem.getMessage());
      response.putHeader("Content-Type", "application/problem+json").end(body.toString());
    }
  }

  private static ObjectNode openAi(Problem problem) {
    ObjectNode body = Fields.JSON.createObjectNode();
    String type =
        switch (problem.status()) {
          case 401 -> "authentication_error";
          case 429 -> "rate_limit_error";
          case 503 -> "service_unavailable_error";
          default -> "invalid_request_error";
        };
    body.putObject("error")
        .put("message", problem.getMessage())
        .put("type", type)
        .put("param", problem.field().orElse(null))
        .put("code", problem.slug().replace('-', '_'));
    return body;
  }
}
