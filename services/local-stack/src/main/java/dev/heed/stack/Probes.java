package dev.heed.stack;

import dev.heed.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Asks programs of the stack whether they are ready. */
final class Probes {

  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  private Probes() {}

  /** True when the path on that loopback port answers 200. */
  static boolean http(int port, String path) {
    return get(port, path).map(response -> response.statusCode() == 200).orElse(false);
  }

  /** The answer of a loopback port; empty when there is none in time. */
  static Optional<HttpResponse<String>> get(int port, String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(LIMIT)
            // Without it, metrics come in the OpenMetrics form with exemplars, which others can't
            // read.
            .header("Accept", "text/plain, application/json;q=0.9")
            .build();
    try {
      return Optional.of(HTTP.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** True when the broker lists every topic of Heed. */
  static boolean kafka(int port) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", "localhost:" + port,
            "request.timeout.ms", (int) LIMIT.toMillis(),
            "default.api.timeout.ms", (int) LIMIT.toMillis());
    try (Admin admin = Admin.create(config)) {
      var names = admin.listTopics().names().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return Topics.ALL.stream().allMatch(topic -> names.contains(topic.name()));
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
