package dev.heed.safety.opinion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.heed.safety.opinion.SecondOpinion.Format;
import dev.heed.safety.opinion.SecondOpinion.Settings;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.RatingException;
import dev.heed.safety.screening.RatingException.Cause;
import dev.heed.safety.screening.Role;
import dev.heed.safety.screening.Subject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that answers as told, badly first. */
class SecondOpinionTest {

  private static final Subject SUBJECT =
      new Subject(List.of("hello", "hi there"), "and a \"quoted\" ask", Role.USER);
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private final CountDownLatch never = new CountDownLatch(1);
  private final AtomicInteger missed = new AtomicInteger();
  private HttpServer server;
  private volatile int status = 200;
  private volatile String answer = "";
  private volatile boolean stall;
  private volatile boolean stallInBody;
  private volatile String asked;
  private volatile String key;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          key = exchange.getRequestHeaders().getFirst("Authorization");
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          waitIf(stall);
          exchange.sendResponseHeaders(status, 0);
          exchange.getResponseBody().flush();
          waitIf(stallInBody);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  private void waitIf(boolean wanted) {
    try {
      if (wanted) {
        never.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void stop() {
    never.countDown();
    server.stop(0);
  }

  private Rating ask(Format format, Duration timeout, boolean optional) {
    URI url = URI.create("http://localhost:" + server.getAddress().getPort() + "/v1/x");
    Settings settings =
        new Settings(url, format, "guard-1", Optional.of("secret"), timeout, optional);
    try (SecondOpinion opinion = new SecondOpinion(settings, missed::incrementAndGet)) {
      return opinion.rate(SUBJECT);
    }
  }

  private void fails(Format format, Cause cause, Duration timeout) {
    var failure = assertThrows(RatingException.class, () -> ask(format, timeout, false));
    assertEquals(cause, failure.reason());
    assertEquals(1, missed.get());
    assertEquals(Rating.NOTHING, ask(format, timeout, true));
    assertEquals(2, missed.get());
  }

  @Test
  void aServerThatStallsIsLeft() {
    stall = true;
    fails(Format.MODERATION, Cause.DEADLINE, Duration.ofMillis(150));
  }

  @Test
  void aServerThatStallsInItsAnswerIsLeft() {
    stallInBody = true;
    fails(Format.MODERATION, Cause.DEADLINE, Duration.ofMillis(400));
  }

  @Test
  void aServerThatIsGoneGivesNoOpinion() {
    server.stop(0);
    fails(Format.LLAMA_GUARD, Cause.ERROR, PATIENT);
  }

  @Test
  void anErrorOfTheServerGivesNoOpinion() {
    status = 500;
    answer = "{\"results\":[{\"flagged\":false}]}";
    fails(Format.MODERATION, Cause.ERROR, PATIENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "{}",
        "[]",
        "null",
        "{\"results\":[]}",
        "{\"results\":[{\"flagged\":\"no\"}]}",
      })
  void whatIsNoModerationGivesNoOpinion(String bad) {
    answer = bad;
    fails(Format.MODERATION, Cause.ERROR, PATIENT);
  }

  @Test
  void aScoreThatIsNoScoreGivesNoOpinion() {
    answer = "{\"results\":[{\"flagged\":false,\"category_scores\":{\"hate\":\"NaN\"}}]}";
    fails(Format.MODERATION, Cause.NOT_A_NUMBER, PATIENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "I think it is safe.", "safety first", "unsafe-ish", "\\n\\n"})
  void aModelThatIsNoGuardGivesNoOpinion(String words) {
    answer = guard(words);
    fails(Format.LLAMA_GUARD, Cause.ERROR, PATIENT);
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    answer = " ".repeat(100_000) + "{\"results\":[{\"flagged\":false}]}";
    fails(Format.MODERATION, Cause.ERROR, PATIENT);
  }

  @Test
  void aModerationIsReadByItsOwnThresholds() throws IOException {
    answer =
        """
        {"results":[{"flagged":true,
          "categories":{"hate/threatening":true,"violence":false,"new-one":true},
          "category_scores":{"hate/threatening":0.2,"violence":0.8,"sexual":0.1,"new-one":0.7}}]}
        """;

    Rating rating = ask(Format.MODERATION, PATIENT, false);

    assertEquals(0.5, rating.scores().get("hate"));
    assertTrue(rating.scores().get("harm_request") < 0.5);
    assertEquals(0.7, rating.scores().get("unsafe"));
    JsonNode request = new ObjectMapper().readTree(asked);
    assertEquals(SUBJECT.text(), request.get("input").asText());
    assertEquals("guard-1", request.get("model").asText());
    assertEquals("Bearer secret", key);
  }

  @Test
  void aFlagWithoutCategoryCounts() {
    answer = "{\"results\":[{\"flagged\":true}]}";

    assertEquals(Map.of("unsafe", 1.0), ask(Format.MODERATION, PATIENT, false).scores());
  }

  @Test
  void aGuardModelIsAskedInItsFormat() throws IOException {
    answer = guard("unsafe\\nS10, S11,S99");

    Rating rating = ask(Format.LLAMA_GUARD, PATIENT, false);

    assertEquals(Map.of("hate", 1.0, "self_harm", 1.0, "unsafe", 1.0), rating.scores());
    String prompt = new ObjectMapper().readTree(asked).at("/messages/0/content").asText();
    assertTrue(
        prompt.contains("User: hello\n\nAgent: hi there\n\nUser: and a \"quoted\" ask"), prompt);
    assertTrue(prompt.contains("ONLY THE LAST User message"));
    answer = guard("\\n\\nsafe");
    assertEquals(Rating.NOTHING, ask(Format.LLAMA_GUARD, PATIENT, false));
    assertEquals(0, missed.get());
  }

  private static String guard(String content) {
    return "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"" + content + "\"}}]}";
  }
}
