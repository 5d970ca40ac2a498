package dev.heed.chat;

import static dev.heed.chat.Flow.last;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who asks for more than there is room for is told so early, and when to come back. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@TestProfile(LimitsTest.Small.class)
class LimitsTest {

  private static final String ASK =
      "{'model':'smollm2-135m-instruct','messages':[{'role':'user','content':'x'}],'stream':true}";

  /** Room for few. */
  public static final class Small implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "heed.chat.max-concurrent", "3",
          "heed.chat.max-concurrent-per-person", "2",
          "heed.chat.max-turns-per-minute", "4",
          "heed.chat.max-conversations", "2",
          "heed.chat.deadline", "60s");
    }
  }

  @TestHTTPResource("/")
  URI base;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private Flow flow;
  private final List<String> open = new ArrayList<>();

  @BeforeEach
  void start() {
    flow = new Flow(bootstrap);
  }

  @AfterEach
  void endAll() {
    open.forEach(this::end);
    flow.close();
  }

  private void end(String reply) {
    flow.send(last(flow.turn(reply), 1, 0, "x", "x"));
  }

  private String say(Client who, String conversation) {
    String reply = who.say(conversation, "Hello.");
    open.add(reply);
    return reply;
  }

  private static void assertTurnedDown(HttpResponse<String> answer, int status, String slug) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(slug), answer.body());
    int seconds = Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow());
    assertTrue(seconds > 0 && seconds <= 60, () -> "Retry-After: " + seconds);
  }

  @Test
  void aPersonHasFewRepliesAtOnceAndAllHaveSome() {
    Client one = Client.stranger(base);
    Client two = Client.stranger(base);
    String first = one.open();
    String second = two.open();
    String ends = say(one, first);
    say(one, first);
    assertTurnedDown(
        one.send("POST", Client.turns(first), Client.say("x")), 429, "too-many-requests");
    say(two, second);
    assertTurnedDown(two.send("POST", Client.turns(second), Client.say("x")), 503, "overloaded");
    HttpResponse<String> openAi = two.send("POST", "/v1/chat/completions", ASK);
    assertTurnedDown(openAi, 503, "\"type\":\"service_unavailable_error\"");
    // and there is room again when a reply ends
    open.remove(ends);
    end(ends);
    await()
        .untilAsserted(
            () -> {
              HttpResponse<String> again =
                  one.send("POST", Client.turns(first), Client.say("again"));
              assertEquals(202, again.statusCode(), again.body());
              open.add(Client.read(again.body()).path("reply_id").asText());
            });
  }

  @Test
  void aPersonHasFewTurnsInAMinute() {
    Client me = Client.stranger(base);
    String conversation = me.open();
    for (int turn = 0; turn < 4; turn++) {
      String reply = me.say(conversation, "Hello.");
      end(reply);
      await()
          .until(() -> me.message(conversation, reply).path("status").asText(), "complete"::equals);
    }
    assertTurnedDown(
        me.send("POST", Client.turns(conversation), Client.say("x")), 429, "too-many-requests");
  }

  @Test
  void aPersonKeepsFewConversations() {
    Client me = Client.stranger(base);
    String first = me.open();
    String second = me.open();
    // What is counted is what the store has: it learns of a conversation a moment after its answer.
    await()
        .untilAsserted(
            () -> {
              String listed = me.send("GET", "/v1/conversations", "").body();
              assertTrue(listed.contains(first) && listed.contains(second), listed);
            });
    assertTurnedDown(me.send("POST", "/v1/conversations", "{}"), 429, "too-many-requests");
    assertEquals(204, me.send("DELETE", "/v1/conversations/" + first, "").statusCode());
    assertEquals(201, me.send("POST", "/v1/conversations", "{}").statusCode());
  }
}
