package dev.heed.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An operator who answers the questions of trust-service, always right by the people's taste. */
final class Reviewer implements Runnable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int LOOK_MILLIS = 200;

  private final HttpClient http;
  private final URI review;
  private final String key;
  private final Person.Plan plan;
  private final Ledger ledger;

  Reviewer(HttpClient http, URI base, String key, Person.Plan plan, Ledger ledger) {
    this.http = http;
    this.review = base.resolve("/v1/review/");
    this.key = key;
    this.plan = plan;
    this.ledger = ledger;
  }

  @Override
  public void run() {
    String skipped = "";
    try {
      while (plan.elapsed() < 1) {
        skipped = answerNext(skipped);
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the question that cannot be answered, or nothing. */
  private String answerNext(String skipped) throws InterruptedException {
    try {
      var next = request("next?not=" + skipped).GET().build();
      var response = http.send(next, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        return "";
      }
      JsonNode question = JSON.readTree(response.body());
      String id = question.path("task_id").asText();
      if (!question.path("about").asText().equals("reply")
          || !question.path("turn").isTextual()
          || !question.path("reply").isTextual()) {
        return id;
      }
      String label = deservesUp(question) ? "up" : "down";
      String body = JSON.createObjectNode().put("label", label).toString();
      var answer = request(id).POST(HttpRequest.BodyPublishers.ofString(body)).build();
      int status = http.send(answer, HttpResponse.BodyHandlers.ofString()).statusCode();
      if (status == 202) {
        ledger.reviewed();
        return "";
      }
      return id;
    } catch (IOException e) {
      return "";
    }
  }

  private boolean deservesUp(JsonNode question) {
    boolean harm = plan.prompts().adversarial().contains(question.path("turn").asText());
    String text = question.path("reply").asText();
    String end =
        ledger.seen().stream()
            .map(Ledger.Seen::reply)
            .filter(reply -> reply.shown().equals(text) && !reply.end().equals("done"))
            .map(Api.Reply::end)
            .findFirst()
            .orElse("done");
    var reply = new Api.Reply("", text, end, "", Double.NaN, List.of());
    return plan.taste().deservesUp(harm, reply);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(review.resolve(path))
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .header("X-Heed-Reviewer", "load")
        .timeout(PATIENCE);
  }
}
