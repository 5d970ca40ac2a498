package dev.heed.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One person's side of Heed's public API; the HTTP client is shared by all of them. */
final class Api {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final HttpClient http;
  private final URI base;
  private final String key;
  private final boolean consents;

  /**
   * A reply as it came in.
   *
   * @param replyId empty when the turn was not accepted
   * @param shown all text on the screen at the end
   * @param end done, refusal, withdrawal, failure, rejected (before the stream) or broken
   * @param detail HTTP status or failure code, else empty
   * @param firstTextMillis from the request to the first text; NaN when none came
   * @param gapsMillis between the chunks
   */
  record Reply(
      String replyId,
      String shown,
      String end,
      String detail,
      Double firstTextMillis,
      List<Double> gapsMillis) {}

  /**
   * @param consents whether this person's conversations may be learnt from
   */
  Api(HttpClient http, URI base, String key, boolean consents) {
    this.consents = consents;
    this.http = http;
    this.base = base;
    this.key = key;
  }

  /** Opens a conversation; returns its id, or an empty string when that was refused. */
  String open() throws IOException, InterruptedException {
    String body = JSON.createObjectNode().put("share_consent", consents).toString();
    var request = request("/v1/conversations", body).timeout(PATIENCE).build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofString());
    return response.statusCode() < 300 ? JSON.readTree(response.body()).path("id").asText() : "";
  }

  /** Says something and reads the reply to its end. */
  Reply say(String conversation, String text, int maxTokens)
      throws IOException, InterruptedException {
    String body = JSON.createObjectNode().put("text", text).put("max_tokens", maxTokens).toString();
    var request =
        request("/v1/conversations/" + conversation + "/turns", body)
            .setHeader("Accept", "text/event-stream")
            .timeout(PATIENCE)
            .build();
    long start = System.nanoTime();
    var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream stream = response.body()) {
      if (response.statusCode() >= 300) {
        return new Reply(
            "", "", "rejected", Integer.toString(response.statusCode()), Double.NaN, List.of());
      }
      return new Reader(start).read(stream);
    }
  }

  /**
   * The replies that the conversation keeps, by reply id.
   *
   * @throws IOException when it cannot be read
   */
  Map<String, String> kept(String conversation) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(base.resolve("/v1/conversations/" + conversation))
            .header("Authorization", "Bearer " + key)
            .timeout(Duration.ofSeconds(20))
            .GET()
            .build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    Map<String, String> replies = new HashMap<>();
    for (JsonNode message : JSON.readTree(response.body()).path("messages")) {
      if (message.path("role").asText().equals("assistant")) {
        replies.put(message.path("id").asText(), message.path("text").asText());
      }
    }
    return replies;
  }

  /**
   * Gives a thumb; sending it again under the same key is safe.
   *
   * @param down the reason of a thumb down; empty: a thumb up
   * @return the answer's status, 0 when none came, and the feedback's id when it was accepted
   */
  Rated rate(String replyId, Optional<String> down, String idempotencyKey)
      throws InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("reply_id", replyId).put("kind", "thumbs");
    body.put("label", down.isPresent() ? "down" : "up");
    down.ifPresent(reason -> body.putArray("reasons").add(reason));
    var request =
        request("/v1/feedback", body.toString())
            .header("Idempotency-Key", idempotencyKey)
            .timeout(Duration.ofSeconds(20))
            .build();
    try {
      var response = http.send(request, HttpResponse.BodyHandlers.ofString());
      String id = JSON.readTree(response.body()).path("feedback_id").asText("");
      return new Rated(response.statusCode(), id);
    } catch (IOException e) {
      return new Rated(0, "");
    }
  }

  /** What became of a thumb. */
  record Rated(int status, String feedbackId) {

    boolean accepted() {
      return status == 202 && !feedbackId.isEmpty();
    }

    /** Worth another try: no answer, or one that asks for it. */
    boolean unsettled() {
      return status == 0 || status == 409 || status == 404 || status >= 500;
    }
  }

  private HttpRequest.Builder request(String path, String body) {
    return HttpRequest.newBuilder(base.resolve(path))
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  /** Follows one event stream. */
  private static final class Reader {

    private final long start;
    private final StringBuilder shown = new StringBuilder();
    private final List<Double> gaps = new ArrayList<>();
    private String replyId = "";
    private String kind = "done";
    private double first = Double.NaN;
    private long last;

    Reader(long start) {
      this.start = start;
    }

    Reply read(InputStream stream) {
      String name = "message";
      try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("event:")) {
            name = line.substring(6).strip();
          } else if (line.startsWith("data:")) {
            JsonNode data = JSON.readTree(line.substring(5));
            if (name.equals("failure")) {
              return reply("failure", data.path("code").asText());
            }
            if (name.equals("done")) {
              return reply(kind, "");
            }
            take(name, data);
          }
        }
      } catch (IOException e) {
        return reply("broken", e.getClass().getSimpleName());
      }
      return reply("broken", "end of stream");
    }

    private void take(String name, JsonNode data) {
      switch (name) {
        case "turn" -> replyId = data.path("reply_id").asText();
        case "restart" -> shown.setLength(0);
        case "chunk" -> text(data.path("text").asText());
        case "refusal", "withdrawal" -> {
          kind = name;
          shown.setLength(0);
          text(data.path("text").asText());
        }
        default -> {} // later versions may add events
      }
    }

    private void text(String text) {
      long now = System.nanoTime();
      if (Double.isNaN(first)) {
        first = (now - start) / 1e6;
      } else {
        gaps.add((now - last) / 1e6);
      }
      last = now;
      shown.append(text);
    }

    private Reply reply(String end, String detail) {
      return new Reply(replyId, shown.toString(), end, detail, first, List.copyOf(gaps));
    }
  }
}
