package dev.heed.gatling;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.forAll;
import static io.gatling.javaapi.core.CoreDsl.incrementUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.core.CoreDsl.repeat;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.sse;
import static io.gatling.javaapi.http.HttpDsl.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatling.http.action.sse.SseInboundMessage;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A person opens a conversation, says something, reads the reply as it streams, and gives a thumb.
 * Gatling's own charts have the first text and the whole reply as requests of their own, counted
 * from the moment the stream opened; {@link Streaming} has the time from the request to the first
 * text and the gaps between chunks.
 */
public final class ChatSimulation extends Simulation {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int MOST_CHUNKS = 2048;

  /** Some text in a chunk of OpenAI's API, within Gatling's JSON of the event. */
  private static final String CONTENT = "\\\\\"content\\\\\":\\\\\"(?!\\\\\")";

  private static final Pattern SAID = Pattern.compile(CONTENT);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Settings settings = Settings.published();
  private final Streaming streaming = new Streaming(settings);
  private final List<String> says = lines();
  private final AtomicLong people = new AtomicLong(System.currentTimeMillis() * 1000);

  private final HttpProtocolBuilder protocol =
      http.baseUrl(settings.url())
          .header("Authorization", "Bearer #{person}")
          .contentTypeHeader("application/json")
          .sseUnmatchedInboundMessageBufferSize(MOST_CHUNKS);

  private final ChainBuilder turn =
      exec(this::prepare)
          .exec(
              sse("Say")
                  .post("/v1/conversations/#{conversation}/turns")
                  .header("Accept", "text/event-stream")
                  .body(StringBody("#{saying}"))
                  .await(PATIENCE)
                  .on(
                      sse.checkMessage("First text")
                          .matching(jsonPath("$.event").in("chunk", "refusal", "withdrawal"))
                          .check(
                              jsonPath("$.event")
                                  .transform(_ -> System.nanoTime())
                                  .saveAs("first")),
                      sse.checkMessage("Whole reply")
                          .matching(jsonPath("$.event").is("done"))
                          .check(
                              jsonPath("$.event")
                                  .transform(_ -> System.nanoTime())
                                  .saveAs("done"))))
          .exec(sse.processUnmatchedMessages(this::read))
          .exec(sse("Leave the stream").close())
          .exec(
              http("Thumb up")
                  .post("/v1/feedback")
                  .body(StringBody("#{thumb}"))
                  .check(status().in(202, 404, 409)));

  /** One question by OpenAI's API; every server that has it streams alike. */
  private final ChainBuilder completion =
      exec(this::prepare)
          .exec(
              sse("Say")
                  .post("/v1/chat/completions")
                  .header("Accept", "text/event-stream")
                  .body(StringBody("#{saying}"))
                  .await(PATIENCE)
                  .on(
                      sse.checkMessage("First text")
                          .matching(regex(CONTENT))
                          .check(regex(CONTENT).transform(_ -> System.nanoTime()).saveAs("first")),
                      sse.checkMessage("Whole reply")
                          .matching(jsonPath("$.data").is("[DONE]"))
                          .check(
                              jsonPath("$.data").transform(_ -> System.nanoTime()).saveAs("done"))))
          .exec(sse.processUnmatchedMessages(this::readCompletion))
          .exec(sse("Leave the stream").close());

  private final ScenarioBuilder asker =
      scenario("People who ask by OpenAI's API")
          .exec(session -> session.set("person", "gatling-" + people.incrementAndGet()))
          .exec(repeat(settings.turns()).on(exec(completion)));

  private final ScenarioBuilder person =
      scenario("People who chat")
          .exec(session -> session.set("person", "gatling-" + people.incrementAndGet()))
          .exec(
              http("Open a conversation")
                  .post("/v1/conversations")
                  .body(StringBody("{}"))
                  .check(jsonPath("$.id").saveAs("conversation")))
          .exitHereIfFailed()
          .exec(repeat(settings.turns()).on(exec(turn)));

  {
    setUp(people(settings.openAi() ? asker : person).protocols(protocol))
        .maxDuration(Duration.ofSeconds(settings.seconds()).plus(PATIENCE))
        .assertions(
            forAll()
                .failedRequests()
                .percent()
                .lte(settings.mode() == Settings.Mode.STEPS ? 100.0 : 1.0),
            details("Whole reply").successfulRequests().count().gt(0L));
  }

  private PopulationBuilder people(ScenarioBuilder scenario) {
    Duration all = Duration.ofSeconds(settings.seconds());
    return switch (settings.mode()) {
      case CLOSED -> scenario.injectClosed(constantConcurrentUsers(settings.users()).during(all));
      case OPEN, SOAK ->
          scenario.injectOpen(constantUsersPerSec(settings.rate()).during(all).randomized());
      case STEPS ->
          scenario.injectOpen(
              incrementUsersPerSec(settings.rate())
                  .times(settings.steps())
                  .eachLevelLasting(Duration.ofSeconds(settings.stepSeconds()))
                  .startingFrom(settings.rate()));
    };
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(settings.says());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Session prepare(Session session) {
    String text = says.get(ThreadLocalRandom.current().nextInt(says.size()));
    ObjectNode body = JSON.createObjectNode().put("max_tokens", settings.maxTokens());
    if (settings.openAi()) {
      body.put("stream", true).put("model", settings.model());
      body.putArray("messages").addObject().put("role", "user").put("content", text);
    } else {
      body.put("text", text);
    }
    String saying = body.toString();
    return session
        .removeAll("first", "done")
        .set("thumb", "{}")
        .set("saying", saying)
        .set("asked", System.nanoTime());
  }

  /**
   * All messages but the first text and the end: where the reply is named, and the later chunks.
   */
  private Session read(List<SseInboundMessage> messages, Session session) {
    List<Long> later = new ArrayList<>();
    String reply = "";
    for (SseInboundMessage message : messages) {
      try {
        var event = JSON.readTree(message.message());
        switch (event.path("event").asText()) {
          case "chunk" -> later.add(message.timestamp());
          case "turn" ->
              reply = JSON.readTree(event.path("data").asText()).path("reply_id").asText();
          default -> {} // comments and later versions' events
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    streaming.turn(session, later);
    String thumb =
        JSON.createObjectNode()
            .put("reply_id", reply)
            .put("kind", "thumbs")
            .put("label", "up")
            .toString();
    return session.set("thumb", thumb);
  }

  private Session readCompletion(List<SseInboundMessage> messages, Session session) {
    List<Long> later =
        messages.stream()
            .filter(message -> SAID.matcher(message.message()).find())
            .map(SseInboundMessage::timestamp)
            .toList();
    streaming.turn(session, later);
    return session;
  }

  @Override
  public void before() {
    streaming.begin();
  }

  @Override
  public void after() {
    streaming.write();
  }
}
