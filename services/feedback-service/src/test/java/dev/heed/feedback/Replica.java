package dev.heed.feedback;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The built service as a process of its own, as it runs in production. */
final class Replica implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int port;
  private final int management;
  private final Process process;

  Replica(String bootstrap, int port, int management) throws IOException {
    this.port = port;
    this.management = management;
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            "target/quarkus-app/quarkus-run.jar");
    builder.environment().put("HEED_SECRET", Flow.SECRET);
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", bootstrap);
    builder.environment().put("HEED_HTTP_PORT", Integer.toString(port));
    builder.environment().put("HEED_MANAGEMENT_PORT", Integer.toString(management));
    builder.redirectErrorStream(true);
    builder.redirectOutput(Path.of("target", "replica-" + port + ".log").toFile());
    process = builder.start();
  }

  boolean isReady() {
    try {
      return send(request(management, "/q/health/ready").build()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  HttpResponse<String> post(String key, String idempotencyKey, String body) throws IOException {
    return send(
        request(port, "/v1/feedback")
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotencyKey)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  HttpResponse<String> delete(String key, String feedbackId) throws IOException {
    return send(
        request(port, "/v1/feedback/" + feedbackId)
            .header("Authorization", "Bearer " + key)
            .DELETE()
            .build());
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(20));
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      kill();
      throw new AssertionError("did not stop within 20 s");
    }
  }
}
