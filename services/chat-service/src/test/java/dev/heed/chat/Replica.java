package dev.heed.chat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The built service as a process of its own, as it runs in production, with JSON logs. */
final class Replica implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int port;
  private final int management;
  private final Path log;
  private final ProcessBuilder builder;
  private Process process;

  Replica(String bootstrap, Path data, int port, int management) {
    this.port = port;
    this.management = management;
    this.log = Path.of("target", "replica-" + port + ".log");
    builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            "target/quarkus-app/quarkus-run.jar");
    builder.environment().put("HEED_SECRET", "a-secret-for-tests-of-32-characters-or-more");
    builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", bootstrap);
    builder.environment().put("HEED_HTTP_PORT", Integer.toString(port));
    builder.environment().put("HEED_MANAGEMENT_PORT", Integer.toString(management));
    builder.environment().put("HEED_DATA_DIR", data.toString());
    builder.environment().put("HEED_LOG_JSON", "true");
    builder.environment().put("HEED_CHAT_LEAVE_GRACE", "2s");
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  void start() throws IOException {
    process = builder.start();
  }

  boolean isReady() {
    return get(URI.create("http://127.0.0.1:" + management + "/q/health/ready")) == 200;
  }

  /** A gauge or counter without labels. */
  double metric(String name) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:" + management + "/q/metrics");
    String all =
        HTTP.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
            .body();
    return all.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  /** The status of an address on the management port, without a replica's key. */
  int managed(String path) {
    return get(URI.create("http://127.0.0.1:" + management + path));
  }

  /** -1 when nobody answers. */
  private static int get(URI address) {
    try {
      HttpRequest request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(5)).build();
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What it has written so far. */
  List<String> log() throws IOException {
    return Files.readAllLines(log, StandardCharsets.UTF_8);
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
