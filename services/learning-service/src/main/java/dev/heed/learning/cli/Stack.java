package dev.heed.learning.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the learning-service is, and the operators' key: of the local stack, or as told. */
final class Stack {

  static final int NOT_RUNNING = 3;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of the stack (or HEED_DATA_DIR; default: .heed in the checkout).")
  private Path data;

  @Option(
      names = "--url",
      description = "Where operators reach Heed; default: the local stack of the data folder.")
  private String url;

  @Option(names = "--json", description = "JSON on standard output.")
  private boolean json;

  /** The stack does not run. */
  static final class NotRunning extends IOException {
    private static final long serialVersionUID = 1L;

    NotRunning(String message) {
      super(message);
    }
  }

  boolean json() {
    return json;
  }

  /** Data folder of the stack. */
  Path data() {
    String home = System.getProperty("heed.home", ".");
    return Optional.ofNullable(data)
        .or(() -> Optional.ofNullable(System.getenv("HEED_DATA_DIR")).map(Path::of))
        .orElse(Path.of(home, ".heed"));
  }

  /** Folder of the learning-service. */
  Path learning() {
    Path own = data().resolve("learning-service");
    return Files.isDirectory(own) ? own : data();
  }

  private String base() throws IOException {
    if (url != null) {
      return url;
    }
    Path state = data().resolve("stack.json");
    if (!Files.exists(state)) {
      throw new NotRunning("Heed does not run with the data folder " + data());
    }
    JsonNode stack = Versions.JSON.readTree(state.toFile());
    if (ProcessHandle.of(stack.path("pid").asLong()).isEmpty()) {
      throw new NotRunning("Heed does not run with the data folder " + data());
    }
    return "http://localhost:" + stack.path("port").asInt();
  }

  private String key() throws IOException {
    String given = System.getenv("HEED_OPERATOR_KEY");
    if (given != null && !given.isBlank()) {
      return given;
    }
    Path file = data().resolve("operator.key");
    return Files.exists(file) ? Files.readString(file).strip() : "";
  }

  /**
   * Asks the service.
   *
   * @throws IOException with the problem's words when it refuses, or saying that what answers is
   *     something else
   */
  JsonNode ask(String method, String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base() + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + key())
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      JsonNode body = read(answer);
      if (answer.statusCode() >= 400) {
        throw new IOException(body.path("detail").asText("HTTP " + answer.statusCode()));
      }
      return body;
    } catch (java.net.ConnectException e) {
      throw new NotRunning("nothing answers there");
    }
  }

  private static JsonNode read(HttpResponse<String> answer) throws IOException {
    try {
      return Versions.JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new IOException(
          "HTTP %d and no JSON: %s is no API of Heed's"
              .formatted(answer.statusCode(), answer.uri()));
    }
  }
}
