package dev.heed.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * kill -9 of each program in turn while a person chats: it ends clearly, and all recovers by
 * itself.
 */
class KillIT {

  private static final String PERSON = "kill-person";
  private static final Duration RECOVERY = Duration.ofSeconds(30);
  private static Stack stack;

  @BeforeAll
  static void up() throws IOException, InterruptedException {
    stack = Stack.inNewFolder().up();
  }

  @AfterAll
  static void down() throws IOException, InterruptedException {
    stack.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "safety-service",
        "inference-service",
        "chat-service",
        "feedback-service",
        "trust-service",
        "learning-service",
        "broker"
      })
  void aKilledProgramComesBackAndTheChatGoesOn(String program) throws Exception {
    // Given: feedback that was accepted, and a reply that is being written
    String rater = PERSON + "-" + program;
    await().atMost(RECOVERY).ignoreExceptions().untilAsserted(() -> rate(rater));
    ChatClient client = new ChatClient(stack.url(), PERSON);
    String conversation = client.open();
    ServerEvents events =
        client.say(conversation, "Write a long story about a lighthouse.", 120, true);
    CompletableFuture<Talk> talk =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Talk.read(events);
              } catch (IOException e) {
                return new Talk("", "", "broken", "");
              }
            });
    // When
    kill(program);
    // Then: the stream ends, one way or another, within its deadline
    Talk ended = talk.get(90, TimeUnit.SECONDS);
    assertTrue(List.of("done", "failure", "broken").contains(ended.end()), ended::toString);
    // and a new turn is answered soon, and what was accepted before and after is weighed
    await().atMost(RECOVERY).ignoreExceptions().untilAsserted(() -> rate(rater));
    await()
        .atMost(RECOVERY)
        .ignoreExceptions()
        .until(() -> stack.trustOf(rater).path("ratings").asInt() >= 2);
    assertNothingUnscreened();
  }

  /** One turn and a thumb on its reply. */
  private static void rate(String person) throws IOException, InterruptedException {
    String conversation = new ChatClient(stack.url(), person).open();
    Talk talk = Talk.say(stack, person, conversation, "What is 2 and 2?", 8);
    assertEquals("done", talk.end(), talk::toString);
    assertFalse(talk.shown().isBlank());
    String thumb =
        "{\"reply_id\":\"%s\",\"kind\":\"thumbs\",\"label\":\"up\"}".formatted(talk.replyId());
    assertEquals(202, stack.request("POST", "/v1/feedback", person, thumb).statusCode());
  }

  private static void kill(String program) throws IOException, InterruptedException {
    JsonNode status = stack.status();
    long pid = status.path("programs").path(program).path("pid").asLong();
    assertTrue(
        ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false),
        () -> "no process of " + program + " in " + status);
  }

  private static void assertNothingUnscreened() {
    await()
        .atMost(RECOVERY)
        .untilAsserted(
            () -> {
              String metrics = stack.request("GET", "/q/metrics", PERSON, null).body();
              List<String> shown =
                  metrics
                      .lines()
                      .filter(line -> line.startsWith("heed_safety_tokens_shown_unscreened"))
                      .toList();
              assertFalse(shown.isEmpty(), "safety-service declares no such metric");
              assertTrue(shown.stream().allMatch(line -> line.endsWith(" 0.0")), shown::toString);
            });
  }
}
