package dev.heed.deploy;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnSubmitted;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Load, chaos and every dashboard's queries on a real stack that a real Prometheus scrapes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunningStackIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EventCodec CODEC = EventCodec.ofKnown();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Collector collector;
  private static RunningHeed heed;
  private static Process prometheus;
  private static int prometheusPort;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    collector = new Collector();
    heed = new RunningHeed(folder.resolve("data"), collector.url()).up();
    Path config = folder.resolve("prometheus.yml");
    Files.writeString(config, heed.prometheusConfiguration());
    prometheusPort = RunningHeed.freePort();
    prometheus =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + prometheusPort)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    prometheus.destroy();
    prometheus.waitFor(20, TimeUnit.SECONDS);
    heed.close();
    collector.close();
  }

  private static JsonNode query(String expression) throws IOException, InterruptedException {
    String encoded = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    var uri = URI.create("http://127.0.0.1:" + prometheusPort + "/api/v1/query?query=" + encoded);
    var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
    return JSON.readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  @Test
  @Order(1)
  void simulatedPeopleChatAndEveryInvariantHolds() throws Exception {
    Path report = folder.resolve("load");
    var outcome =
        heed.heed(
            "load",
            "--users",
            "8",
            "--minutes",
            "0.4",
            "--think",
            "2",
            "--adversarial",
            "0.5",
            "--max-tokens",
            "16",
            "--report",
            report.toString());
    assertEquals(0, outcome.code(), outcome.out());
    JsonNode json = JSON.readTree(report.resolve("report.json").toFile());
    assertTrue(json.path("holds").asBoolean());
    assertTrue(json.at("/time_to_first_text_ms/count").asInt() > 0, json::toString);
    assertTrue(json.path("feedback_accepted").asInt() > 0, json::toString);
    json.path("invariants")
        .forEach(finding -> assertTrue(finding.path("checked").asInt() > 0, finding::toString));
    assertTrue(Files.size(report.resolve("report.html")) > 2000);
  }

  @Test
  @Order(1)
  void gatlingDrivesTheApiAndMeasuresItsStreams() throws Exception {
    Path report = folder.resolve("gatling");
    var outcome =
        heed.heed(
            "load",
            "--gatling",
            "closed",
            "--users",
            "2",
            "--minutes",
            "0.1",
            "--max-tokens",
            "8",
            "--report",
            report.toString());
    assertEquals(0, outcome.code(), outcome.out());
    JsonNode all = JSON.readTree(report.resolve("streaming.json").toFile()).path("all");
    assertTrue(all.path("turns").asInt() > 0, all::toString);
    assertEquals(0, all.path("not_answered").asInt(), all::toString);
    assertTrue(all.at("/first_text_ms/p50").asDouble() > 0, all::toString);
  }

  @Test
  @Order(2)
  void oneTurnIsOneTraceThroughAllTopics() throws Exception {
    String kafka = heed.status().path("kafka").asText();
    var turns = Traces.of(kafka, Topics.TURNS, RunningStackIT::turn);
    var prompts = Traces.of(kafka, Topics.PROMPTS, RunningStackIT::turn);
    var drafts = Traces.of(kafka, Topics.DRAFTS, RunningStackIT::turn);
    var replies = Traces.of(kafka, Topics.REPLIES, RunningStackIT::turn);
    assertFalse(replies.isEmpty());
    assertFalse(drafts.isEmpty());
    replies.forEach(
        (turn, traces) -> {
          assertEquals(1, traces.size(), turn + " " + traces);
          assertFalse(traces.contains("none"), turn);
          assertEquals(traces, turns.get(turn), "chat.turns");
          assertEquals(traces, prompts.getOrDefault(turn, traces), "chat.prompts");
          assertEquals(traces, drafts.getOrDefault(turn, traces), "chat.drafts");
        });
    var given = Traces.of(kafka, Topics.FEEDBACK_EVENTS, RunningStackIT::feedback);
    var weighed = Traces.of(kafka, Topics.FEEDBACK_WEIGHTED, RunningStackIT::firstWeight);
    assertFalse(weighed.isEmpty());
    weighed.forEach((feedback, traces) -> assertEquals(given.get(feedback), traces, feedback));
  }

  /** Every service that a turn went through has spans in that turn's trace, which has one root. */
  @Test
  @Order(2)
  void theServicesSpansOfOneTurnAreOneTrace() throws Exception {
    String kafka = heed.status().path("kafka").asText();
    Set<String> path = Set.of("chat-service", "safety-service", "inference-service");
    var drafted = Traces.of(kafka, Topics.DRAFTS, RunningStackIT::turn);
    assertTrue(drafted.size() > 1, drafted::toString);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              var traces = collector.traces();
              Set<String> seen = new TreeSet<>();
              for (Set<String> ofTurn : drafted.values()) {
                List<Collector.Span> spans =
                    traces.getOrDefault(ofTurn.iterator().next(), List.of());
                Set<String> services = new TreeSet<>();
                spans.forEach(span -> services.add(span.service()));
                assertTrue(services.containsAll(path), services::toString);
                Set<String> ids = new TreeSet<>();
                spans.forEach(span -> ids.add(span.id()));
                List<Collector.Span> roots =
                    spans.stream().filter(span -> !ids.contains(span.parent())).toList();
                assertEquals(1, roots.size(), roots::toString);
                assertEquals("chat-service", roots.getFirst().service());
                assertTrue(seen.add(roots.getFirst().trace()), "two turns in one trace");
              }
            });
    var given = Traces.of(kafka, Topics.FEEDBACK_EVENTS, RunningStackIT::feedback);
    Set<String> feedback = new TreeSet<>();
    given.values().forEach(feedback::addAll);
    for (String trace : feedback) {
      Set<String> services = new TreeSet<>();
      collector.traces().getOrDefault(trace, List.of()).forEach(s -> services.add(s.service()));
      assertTrue(services.contains("feedback-service"), services::toString);
    }
  }

  @Test
  @Order(2)
  void noSpanHoldsWhatSomebodySaid() {
    List<String> said =
        Stream.of("standard", "adversarial")
            .flatMap(kind -> Repository.text("load-tests/people/" + kind + ".txt").lines())
            .filter(line -> line.length() > 10)
            .toList();
    List<Collector.Span> spans =
        collector.traces().values().stream().flatMap(List::stream).toList();
    assertTrue(spans.stream().anyMatch(span -> !span.values().isEmpty()));
    List<String> telling =
        spans.stream()
            .filter(
                span -> span.values().stream().anyMatch(v -> said.stream().anyMatch(v::contains)))
            .map(Collector.Span::name)
            .toList();
    assertEquals(List.of(), telling);
  }

  private static String turn(byte[] value) {
    return switch (CODEC.decode(value)) {
      case TurnSubmitted turn -> turn.getTurnId();
      case PromptScreened prompt -> prompt.getTurnId();
      case DraftChunk draft -> draft.getTurnId();
      case ReplyChunk reply -> reply.getTurnId();
      default -> null;
    };
  }

  private static String feedback(byte[] value) {
    return CODEC.decode(value, FeedbackGiven.class).getFeedbackId();
  }

  /** A revision is caused by other feedback, so it belongs to that one's trace. */
  private static String firstWeight(byte[] value) {
    FeedbackWeighted belief = CODEC.decode(value, FeedbackWeighted.class);
    return belief.getRevision() == 0 ? belief.getFeedbackId() : null;
  }

  @Test
  @Order(3)
  void prometheusReadsEveryService() {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              Set<String> up = new TreeSet<>();
              query("up == 1")
                  .at("/data/result")
                  .forEach(sample -> up.add(sample.at("/metric/service").asText()));
              assertEquals(new TreeSet<>(Topics.SERVICES), up);
            });
  }

  /** Micrometer looks for a Kafka client's new metrics once a minute; a partition's lag is one. */
  private static void awaitTheLagOfPartitions() {
    await()
        .atMost(Duration.ofSeconds(150))
        .ignoreExceptions()
        .until(
            () ->
                query("count(kafka_consumer_fetch_manager_records_lag)").at("/data/result").size(),
            size -> size == 1);
  }

  @Test
  @Order(4)
  void everyQueryRunsAndNamesNoUnknownMetric() throws Exception {
    awaitTheLagOfPartitions();
    Set<String> there = new TreeSet<>();
    URI names = URI.create("http://127.0.0.1:" + prometheusPort + "/api/v1/label/__name__/values");
    var answer =
        HTTP.send(HttpRequest.newBuilder(names).build(), HttpResponse.BodyHandlers.ofString());
    JSON.readTree(answer.body()).path("data").forEach(name -> there.add(name.asText()));
    Set<String> recorded = MonitoringTest.recorded();
    List<String> wrong = new ArrayList<>();
    for (var entry : MonitoringTest.expressions().entrySet()) {
      String expression = entry.getValue().replace("$__rate_interval", "1m");
      JsonNode result = query(expression);
      if (!result.path("status").asText().equals("success")) {
        wrong.add(entry.getKey() + ": " + result.path("error").asText());
      }
      for (String metric : Queries.metrics(expression)) {
        // Some counters come to be with their first event; the sources know them.
        boolean lazy = metric.startsWith("heed_") && ServiceFacts.isMeter(metric);
        boolean ofTheCluster = metric.startsWith("kubelet_"); // no kubelet runs here
        if (!there.contains(metric) && !recorded.contains(metric) && !lazy && !ofTheCluster) {
          wrong.add(entry.getKey() + ": nothing exposes " + metric);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  @Order(5)
  void theMainPanelsHaveData() throws Exception {
    for (String metric :
        List.of(
            "heed_chat_replies_total",
            "heed_chat_time_to_first_text_seconds_bucket",
            "heed_inference_generation_tokens_total",
            "heed_safety_verdicts_total",
            "heed_safety_tokens_shown_unscreened",
            "heed_feedback_accepted_total",
            "heed_trust_p_right_bucket",
            "heed_learning_lag_records",
            "kafka_consumer_fetch_manager_records_lag")) {
      JsonNode result = query("count(" + metric + ")").at("/data/result");
      assertEquals(1, result.size(), metric);
    }
    assertEquals(
        "0",
        query("max(heed_safety_tokens_shown_unscreened)").at("/data/result/0/value/1").asText());
  }

  @Test
  @Order(6)
  void nothingIsLostWhileProgramsAreKilled() throws Exception {
    Path report = folder.resolve("chaos");
    var outcome =
        heed.heed(
            "chaos",
            "--users",
            "6",
            "--minutes",
            "1",
            "--think",
            "2",
            "--max-tokens",
            "16",
            "--seed",
            "5",
            "--report",
            report.toString());
    assertEquals(0, outcome.code(), outcome.out());
    JsonNode json = JSON.readTree(report.resolve("report.json").toFile());
    assertTrue(json.path("faults").size() >= 3, json::toString);
    Set<String> kinds = new TreeSet<>();
    json.path("faults").forEach(fault -> kinds.add(fault.path("fault").asText()));
    assertTrue(kinds.size() >= 3, json::toString);
    assertTrue(heed.status().path("ready").asBoolean(), "not all came back");
  }

  @Test
  @Order(7)
  void wrongUseAndNothingRunningHaveTheirOwnExitCodes() throws Exception {
    assertEquals(2, heed.heed("load", "--adversarial", "7").code());
    assertEquals(2, heed.heed("load", "--no-such-option").code());
    assertEquals(3, heed.heed("load", "--data", folder.resolve("empty").toString()).code());
  }
}
