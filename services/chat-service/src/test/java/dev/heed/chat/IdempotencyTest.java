package dev.heed.chat;

import static dev.heed.chat.Flow.last;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.broker.BrokerResource;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.TurnSubmitted;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A turn that is sent again under one key; after a restart, ReplicasIT has it. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class IdempotencyTest {

  private static final String KEY = "Idempotency-Key";

  @TestHTTPResource("/")
  URI base;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private Flow flow;
  private Client me;
  private String conversation;

  @BeforeEach
  void open() {
    flow = new Flow(bootstrap);
    me = Client.stranger(base);
    conversation = me.open();
  }

  @AfterEach
  void stop() {
    flow.close();
  }

  private JsonNode say(String text, String key) {
    return me.json("POST", Client.turns(conversation), Client.say(text), KEY, key);
  }

  @Test
  void theSameRequestIsTheSameTurn() {
    JsonNode first = say("Hello.", "k");
    assertEquals(first, say("Hello.", "k"));
    String reply = first.path("reply_id").asText();
    assertTrue(Uuid7.isValid(reply));
    assertEquals(1, flow.turns(reply).size());
    assertNotEquals(reply, say("Hello.", "other").path("reply_id").asText());
    // and its stream can be asked for again under the key
    TurnSubmitted turn = flow.turn(reply);
    flow.send(last(turn, 1, 0, "Hi.", "Hi."));
    try (Sse again =
        me.stream("POST", Client.turns(conversation), Client.say("Hello."), KEY, "k")) {
      assertEquals(reply, again.next("turn").json().path("reply_id").asText());
      assertEquals("Hi.", again.next("chunk").text());
      again.next("done");
    }
    assertEquals(1, flow.turns(reply).size());
  }

  @Test
  void aKeyWithAnotherBodyIsRefused() {
    say("Hello.", "k");
    var answer = me.send("POST", Client.turns(conversation), Client.say("Bye."), KEY, "k");
    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("idempotency-key-reused"), answer.body());
    // A 32-bit hash would take these two for one: "Aa" and "BB" have the same.
    say("Aa", "hash");
    assertEquals(
        422,
        me.send("POST", Client.turns(conversation), Client.say("BB"), KEY, "hash").statusCode());
  }

  @Test
  void aKeyIsOfOneConversationAndOnePerson() {
    String reply = say("Hello.", "k").path("reply_id").asText();
    String second = me.open();
    assertNotEquals(reply, me.say(second, "Hello.", KEY, "k"));
    assertEquals(
        404,
        Client.stranger(base)
            .send("POST", Client.turns(conversation), Client.say("Hello."), KEY, "k")
            .statusCode());
  }

  @Test
  void sentAtOnceItIsOneTurn() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<String> send = () -> say("Hello.", "k").path("reply_id").asText();
      List<Future<String>> answers =
          threads.invokeAll(List.of(send, send, send, send, send, send, send, send));
      String reply = answers.getFirst().get();
      for (Future<String> answer : answers) {
        assertEquals(reply, answer.get());
      }
      assertEquals(1, flow.turns(reply).size());
    }
  }

  @Test
  void aKeyThatIsTooLongIsRefused() {
    assertEquals(
        422,
        me.send("POST", Client.turns(conversation), Client.say("x"), KEY, "k".repeat(201))
            .statusCode());
  }

  @Test
  void theStoreKeepsTheDigest() {
    // Given
    String reply = say("Hello.", "k").path("reply_id").asText();
    // Then: the turn's record carries it for every replica
    await()
        .untilAsserted(
            () ->
                assertEquals(
                    1,
                    flow.read("chat.turns").stream()
                        .filter(record -> conversation.equals(record.key()))
                        .filter(record -> record.headers().lastHeader("ce_requestdigest") != null)
                        .count()));
    assertEquals(1, flow.turns(reply).size());
  }
}
