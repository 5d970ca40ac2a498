package dev.heed.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The local stack that {@code ./heed up} started: where it listens and which processes it has. */
final class RunningStack {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path data;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * @param data the stack's data folder
   */
  RunningStack(Path data) {
    this.data = data;
  }

  /** True when a supervisor says that all of it is ready and is alive. */
  boolean runs() {
    try {
      JsonNode state = state();
      return state.path("ready").asBoolean()
          && ProcessHandle.of(state.path("pid").asLong())
              .filter(ProcessHandle::isAlive)
              .isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private JsonNode state() throws IOException {
    return JSON.readTree(Files.readString(data.resolve("stack.json"), StandardCharsets.UTF_8));
  }

  /** The public URL, without a slash at its end. */
  URI url() throws IOException {
    return URI.create("http://localhost:" + state().path("port").asInt());
  }

  /** {@code host:port} of the broker. */
  String kafka() throws IOException {
    JsonNode state = state();
    return state.path("kafka").asText("localhost:" + (state.path("port").asInt() + 21));
  }

  /** What opens what is the operators'. */
  String operatorKey() throws IOException {
    return Files.readString(data.resolve("operator.key"), StandardCharsets.UTF_8).strip();
  }

  Path data() {
    return data;
  }

  /** The programs that the supervisor started, the broker first if it is the stack's own. */
  List<String> programs() throws IOException {
    List<String> all = new ArrayList<>();
    state().path("children").fieldNames().forEachRemaining(all::add);
    Collections.sort(all);
    return all;
  }

  /** Whether services can be cut off the broker ({@code ./heed up --breakable}). */
  boolean isBreakable() throws IOException {
    return state().path("breakable").asBoolean();
  }

  /** While this file exists, a breakable stack's service does not reach the broker. */
  Path cut(String service) {
    return data.resolve("cut").resolve(service);
  }

  /** The process of a program now; it changes when the supervisor starts it again. */
  OptionalLong pid(String program) throws IOException {
    JsonNode pid = state().path("children").path(program);
    return pid.isNumber() ? OptionalLong.of(pid.asLong()) : OptionalLong.empty();
  }

  /** The metrics of all services; empty while the gateway does not answer. */
  String metrics() throws InterruptedException {
    try {
      var request =
          HttpRequest.newBuilder(url().resolve("/q/metrics"))
              .timeout(Duration.ofSeconds(10))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    }
  }

  /** Waits until every service is ready, or the time is over. */
  void awaitReady(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!ready() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  /** Whether every service says that it is ready. */
  boolean ready() throws InterruptedException {
    try {
      var request =
          HttpRequest.newBuilder(url().resolve("/q/health/ready"))
              .timeout(Duration.ofSeconds(10))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
