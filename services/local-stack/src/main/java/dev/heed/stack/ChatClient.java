package dev.heed.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A person's side of the conversation API: one session, one conversation at a time. */
final class ChatClient {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final String base;
  private final String key;

  /**
   * @param base the public URL without a slash at its end
   * @param key names the person, as an API key
   */
  ChatClient(String base, String key) {
    this.base = base;
    this.key = key;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  /** Opens a conversation; returns its id. */
  String open() throws IOException, InterruptedException {
    var response = send("/v1/conversations", "{}", "application/json");
    return JSON.readTree(response.body()).path("id").asText();
  }

  /** Says something; the answer streams in. */
  ServerEvents say(String conversation, String text, int maxTokens, boolean greedy)
      throws IOException, InterruptedException {
    var body = JSON.createObjectNode().put("text", text).put("max_tokens", maxTokens);
    if (greedy) {
      body.put("temperature", 0);
    }
    String path = "/v1/conversations/" + conversation + "/turns";
    return new ServerEvents(send(path, body.toString(), "text/event-stream").body());
  }

  private HttpResponse<InputStream> send(String path, String body, String accept)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Accept", accept)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() >= 300) {
      String answer = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
      JsonNode problem = JSON.readTree(answer);
      throw new StackException(
          "%s answered %d: %s"
              .formatted(path, response.statusCode(), problem.path("detail").asText("")));
    }
    return response;
  }
}
