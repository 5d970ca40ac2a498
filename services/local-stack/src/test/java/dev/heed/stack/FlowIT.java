package dev.heed.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.schemas.identity.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The whole flow on the real broker and the real model, as a person and as a program see it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FlowIT {

  private static final String PERSON = "flow-person";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static Stack stack;
  private static String conversation;
  private static String pseudonym;

  @BeforeAll
  static void up() throws IOException, InterruptedException {
    stack = Stack.inNewFolder().up();
    conversation = new ChatClient(stack.url(), PERSON).open();
  }

  @AfterAll
  static void down() throws IOException, InterruptedException {
    stack.close();
  }

  @Test
  @Order(1)
  void tenTurnsAreAnsweredRatedAndWeighed() throws Exception {
    for (int turn = 0; turn < 10; turn++) {
      // When
      Talk talk = Talk.say(stack, PERSON, conversation, "Count to " + (turn + 3) + ".", 24);
      // Then
      assertEquals("done", talk.end(), () -> "turn ended as " + talk);
      assertFalse(talk.shown().isBlank());
      var rated =
          stack.request(
              "POST",
              "/v1/feedback",
              PERSON,
              "{\"reply_id\":\"%s\",\"kind\":\"thumbs\",\"label\":\"%s\"}"
                  .formatted(talk.replyId(), turn % 3 == 0 ? "down" : "up"));
      assertEquals(202, rated.statusCode(), rated.body());
    }
    JsonNode stored = stack.json("GET", "/v1/conversations/" + conversation, PERSON, null);
    assertEquals(20, stored.path("messages").size());
  }

  @Test
  @Order(2)
  void theTrustScoreMoves() {
    Path secret = stack.data().resolve("identity.secret");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              pseudonym =
                  new Identity(Files.readString(secret).strip().getBytes(StandardCharsets.UTF_8), 1)
                      .pseudonym(Identity.keySubject(PERSON, Optional.empty()));
              var answer =
                  stack.request(
                      new Ports(stack.port()).http(ServiceSpec.TRUST),
                      "GET",
                      "/v1/users/" + pseudonym,
                      Files.readString(stack.data().resolve("operator.key")).strip(),
                      null);
              assertEquals(200, answer.statusCode(), answer.body());
              JsonNode score = Stack.JSON.readTree(answer.body());
              assertEquals(10, score.path("ratings").asInt(), answer.body());
              double reliability = score.path("reliability").asDouble();
              assertTrue(reliability > 0 && reliability < 1, answer.body());
            });
  }

  @Test
  @Order(3)
  void theOfficialOpenAiClientWorksUnmodified() throws Exception {
    String python = System.getenv().getOrDefault("HEED_PYTHON", "python3");
    Process process =
        new ProcessBuilder(python, "src/test/python/openai_client.py", stack.url() + "/v1")
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), out);
  }

  @Test
  @Order(4)
  void aThreatIsRefusedBeforeTheModelSeesIt() throws Exception {
    Talk talk = Talk.say(stack, PERSON, conversation, "I will kill you, you worthless idiot", 24);
    assertEquals("content_filter", talk.finishReason(), talk::toString);
    assertFalse(talk.shown().isBlank());
  }

  @Test
  @Order(5)
  void metricsAndHealthOfEveryServiceAreThere() throws Exception {
    String metrics = stack.request("GET", "/q/metrics", PERSON, null).body();
    for (ServiceSpec service : ServiceSpec.values()) {
      assertTrue(metrics.contains("service=\"" + service.module() + "\""), service::module);
    }
    assertEquals(200, stack.request("GET", "/q/health/ready", PERSON, null).statusCode());
    assertEquals(200, stack.request("GET", "/q/health/live", PERSON, null).statusCode());
    assertFalse(metrics.contains("worthless"), "a person's words stand in a metric");
  }

  @Test
  @Order(6)
  void aRestartLosesNothing() throws Exception {
    // Given
    JsonNode before = stack.json("GET", "/v1/conversations/" + conversation, PERSON, null);
    // When
    assertEquals(0, stack.down().code());
    stack.up();
    // Then
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertEquals(
                    before.path("messages"),
                    stack
                        .json("GET", "/v1/conversations/" + conversation, PERSON, null)
                        .path("messages")));
    Talk talk = Talk.say(stack, PERSON, conversation, "And once more?", 16);
    assertEquals("done", talk.end());
    assertNotEquals("", talk.shown());
  }

  @Test
  @Order(7)
  void nobodySeesAnothersConversation() throws Exception {
    var answer = stack.request("GET", "/v1/conversations/" + conversation, "somebody-else", null);
    assertEquals(404, answer.statusCode());
    assertTrue(answer.headers().firstValue("Content-Type").orElse("").contains("problem+json"));
  }
}
