package dev.heed.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              JsonNode score = stack.trustOf(PERSON);
              assertEquals(10, score.path("ratings").asInt(), score::toString);
              double reliability = score.path("reliability").asDouble();
              assertTrue(reliability > 0 && reliability < 1, score::toString);
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
  void aRunningStackSaysSoAndAnswersInTheTerminal() throws Exception {
    Stack.Outcome second = stack.heed("up", "--port", Integer.toString(stack.port()));
    assertEquals(0, second.code());
    assertTrue(second.out().contains("runs already"), second.out());
    assertEquals(0, stack.heed("status").code());
    Stack.Outcome chat = stack.heed("chat", "--max-tokens", "8", "Hello there");
    assertEquals(0, chat.code(), chat.out());
    assertFalse(chat.out().isBlank());
  }

  @Test
  @Order(7)
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
  @Order(8)
  void nobodySeesAnothersConversation() throws Exception {
    var answer = stack.request("GET", "/v1/conversations/" + conversation, "somebody-else", null);
    assertEquals(404, answer.statusCode());
    assertTrue(answer.headers().firstValue("Content-Type").orElse("").contains("problem+json"));
  }

  @Test
  @Order(9)
  void whatNobodyCanReadIsParkedAndAllGoesOn() throws Exception {
    // Given
    double before = ratings();
    // When
    int sent = new Poison("localhost:" + new Ports(stack.port()).broker()).sendAndAwait();
    // Then
    assertTrue(sent >= 75, () -> "only " + sent + " rows");
    Talk talk = Talk.say(stack, PERSON, conversation, "Count to three.", 16);
    assertEquals("done", talk.end(), talk::toString);
    String thumb =
        "{\"reply_id\":\"%s\",\"kind\":\"thumbs\",\"label\":\"up\"}".formatted(talk.replyId());
    assertEquals(202, stack.request("POST", "/v1/feedback", PERSON, thumb).statusCode());
    await().atMost(SOON).until(() -> ratings() > before);
  }

  /** How many of the person's ratings trust-service has weighed. */
  private static double ratings() throws IOException, InterruptedException {
    return stack.trustOf(PERSON).path("ratings").asDouble();
  }
}
