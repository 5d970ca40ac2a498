package dev.heed.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.heed.schemas.Uuid7;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A person with an API key of their own. */
public final class Client {

  public static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final URI base;
  private final String key;

  public Client(URI base, String key) {
    this.base = base;
    this.key = key;
  }

  /** Somebody who was never here before. */
  public static Client stranger(URI base) {
    return new Client(base, "person-" + Uuid7.randomString());
  }

  /** The same person at another replica. */
  public Client at(URI other) {
    return new Client(other, key);
  }

  public HttpResponse<String> send(String method, String path, String body, String... headers) {
    return exchange(request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
  }

  public JsonNode json(String method, String path, String body, String... headers) {
    HttpResponse<String> answer = send(method, path, body, headers);
    if (answer.statusCode() >= 300) {
      throw new AssertionError(method + " " + path + ": " + answer.statusCode() + answer.body());
    }
    return read(answer.body());
  }

  public static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A stream that is read as it comes. */
  public Sse stream(String method, String path, String body, String... headers) {
    HttpRequest.Builder request = request(method, path, body, headers);
    request.setHeader("Accept", "text/event-stream");
    HttpResponse<InputStream> answer = exchange(request, HttpResponse.BodyHandlers.ofInputStream());
    return new Sse(answer);
  }

  private static <T> HttpResponse<T> exchange(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return HTTP.send(request.build(), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private HttpRequest.Builder request(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request;
  }

  /** A new conversation, when the service has come up. */
  public String open() {
    String created =
        Awaitility.await()
            .atMost(START)
            .ignoreExceptionsInstanceOf(UncheckedIOException.class)
            .until(() -> send("POST", "/v1/conversations", "{}"), a -> a.statusCode() == 201)
            .body();
    return read(created).path("id").asText();
  }

  /** Takes a turn without reading its stream; gives the reply's id. */
  public String say(String conversation, String text, String... headers) {
    return json("POST", turns(conversation), say(text), headers).path("reply_id").asText();
  }

  public static String say(String text) {
    return JSON.valueToTree(Map.of("text", text)).toString();
  }

  public static String turns(String conversation) {
    return "/v1/conversations/" + conversation + "/turns";
  }

  public static String replyStream(String conversation, String reply) {
    return "/v1/conversations/" + conversation + "/replies/" + reply + "/stream";
  }

  /** The message of that id as the service tells it now; missing when there is none. */
  public JsonNode message(String conversation, String id) {
    for (JsonNode message : json("GET", "/v1/conversations/" + conversation, "").path("messages")) {
      if (message.path("id").asText().equals(id)) {
        return message;
      }
    }
    return MissingNode.getInstance();
  }
}
