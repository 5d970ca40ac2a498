package dev.heed.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.schemas.identity.Identity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A whole Heed for tests, started and stopped with the very command that people use. */
final class Stack implements AutoCloseable {

  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration UP_LIMIT = Duration.ofMinutes(4);

  private final Path home = Path.of("../..").toAbsolutePath().normalize();
  private final Path data;
  private final int port;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private boolean classifier = true;
  private Map<String, String> environment = Map.of();

  /** What a command printed and its exit code. */
  record Outcome(int code, String out) {}

  Stack(Path data, int port) {
    this.data = data;
    this.port = port;
  }

  /** A stack of its own folder and ports. */
  static Stack inNewFolder() throws IOException {
    return new Stack(Files.createTempDirectory("heed-stack"), freeRange());
  }

  /**
   * Screens by the string matcher alone: a small model's random replies are at times withdrawn
   * else.
   */
  Stack withMatcherOnly() {
    classifier = false;
    return this;
  }

  /** Gives the stack's programs these variables. */
  Stack with(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  /** The first port of a range in which none is taken. */
  static int freeRange() {
    for (int base = 20_100; base < 60_000; base += 30) {
      if (new Ports(base).firstTaken().isEmpty()) {
        return base;
      }
    }
    throw new IllegalStateException("no 23 free ports in a row");
  }

  String url() {
    return "http://localhost:" + port;
  }

  Path data() {
    return data;
  }

  int port() {
    return port;
  }

  Stack up() throws IOException, InterruptedException {
    Outcome outcome = heed("up", "--detach", "--port", Integer.toString(port));
    if (outcome.code() != 0) {
      throw new IllegalStateException("up failed:\n" + outcome.out());
    }
    return this;
  }

  Outcome down() throws IOException, InterruptedException {
    return heed("down");
  }

  /** Runs {@code ./heed} with this stack's data folder. */
  Outcome heed(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(home.resolve("heed").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HEED_DATA_DIR", data.toString());
    builder.environment().put("HEED_NO_BUILD", "1");
    // Stacks of tests are too short-lived to make caches of, beside what is tested.
    builder.environment().put("HEED_AOT", "use");
    // A checkout with the Python trainer tests what one without it does.
    builder.environment().put("HEED_TRAINER", "");
    builder.environment().putAll(environment);
    if (!classifier) {
      builder.environment().put("HEED_SAFETY_CLASSIFIER", "none");
    }
    Path output = Files.createTempFile("heed", ".out");
    Process process = builder.redirectOutput(output.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(UP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("no end of: " + command);
    }
    return new Outcome(process.exitValue(), Files.readString(output));
  }

  /** One HTTP request as the person that the key names. */
  HttpResponse<String> request(String method, String path, String key, String body)
      throws IOException, InterruptedException {
    return request(port, method, path, key, body);
  }

  HttpResponse<String> request(int to, String method, String path, String key, String body)
      throws IOException, InterruptedException {
    var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + to + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .method(method, publisher)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  JsonNode json(String method, String path, String key, String body)
      throws IOException, InterruptedException {
    return JSON.readTree(request(method, path, key, body).body());
  }

  /** What trust-service knows of the person that the key names, as operators see it. */
  JsonNode trustOf(String key) throws IOException, InterruptedException {
    byte[] secret =
        Files.readString(data.resolve("identity.secret")).strip().getBytes(StandardCharsets.UTF_8);
    String pseudonym =
        new Identity(secret, 1).pseudonym(Identity.keySubject(key, Optional.empty()));
    var answer =
        request(
            new Ports(port).http(ServiceSpec.TRUST),
            "GET",
            "/v1/users/" + pseudonym,
            Files.readString(data.resolve("operator.key")).strip(),
            null);
    return JSON.readTree(answer.body());
  }

  /** What {@code heed status --json} says. */
  JsonNode status() throws IOException, InterruptedException {
    String out = heed("status", "--json").out();
    return JSON.readTree(out.substring(out.indexOf('{')));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    down();
  }
}
