package dev.heed.chat;

import static dev.heed.chat.Flow.chunk;
import static dev.heed.chat.Flow.last;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.broker.BrokerResource;
import dev.heed.broker.LocalBroker;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.TurnSubmitted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two built replicas on a real broker: each answers for all conversations, a crash and a restart
 * lose none, and their logs are JSON in which no person's words stand.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicasIT {

  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration TAKE_OVER = Duration.ofSeconds(40);
  private static final int CONVERSATIONS = 12;
  private static final String KEY = "Idempotency-Key";

  /** Stands in everything that people write here, and so must stand in no log. */
  private static final String WORDS = "zanzibar";

  private static final Set<Integer> PORTS = new HashSet<>();

  @TempDir static Path folder;

  private static LocalBroker broker;
  private static Flow flow;
  private static Replica one;
  private static Replica two;
  private static Client me;
  private static final List<String> CREATED = new ArrayList<>();
  private static String keyedConversation;
  private static JsonNode keyed;

  @BeforeAll
  static void start() throws Exception {
    broker = LocalBroker.start(folder.resolve("broker"), port(), port());
    flow = new Flow(broker.bootstrapServers());
    one = new Replica(broker.bootstrapServers(), folder.resolve("one"), port(), port());
    two = new Replica(broker.bootstrapServers(), folder.resolve("two"), port(), port());
    one.start();
    two.start();
    await().atMost(START).until(() -> one.isReady() && two.isReady());
    me = Client.stranger(one.base());
  }

  private static int port() throws IOException {
    int port = BrokerResource.freePort();
    while (!PORTS.add(port)) {
      port = BrokerResource.freePort();
    }
    return port;
  }

  @AfterAll
  static void stop() throws Exception {
    one.close();
    two.close();
    flow.close();
    broker.close();
  }

  private static Client atTwo() {
    return me.at(two.base());
  }

  @Test
  @Order(1)
  void eachReplicaAnswersForAllConversationsAtOnce() {
    for (int i = 0; i < CONVERSATIONS; i++) {
      Client writes = i % 2 == 0 ? me : atTwo();
      Client reads = i % 2 == 0 ? atTwo() : me;
      // When
      String id = writes.open();
      CREATED.add(id);
      // Then: no waiting, as what is answered stands everywhere
      String path = "/v1/conversations/" + id;
      assertEquals(id, reads.json("GET", path, "").path("id").asText());
      reads.json("PATCH", path, "{'title':'" + WORDS + i + "','share_consent':true}");
      assertEquals(WORDS + i, writes.json("GET", path, "").path("title").asText());
    }
    for (Client client : List.of(me, atTwo())) {
      JsonNode list = client.json("GET", "/v1/conversations", "").path("data");
      assertEquals(CREATED.reversed(), list.valueStream().map(c -> c.path("id").asText()).toList());
    }
    Client stranger = Client.stranger(two.base());
    CREATED.forEach(
        id -> assertEquals(404, stranger.send("GET", "/v1/conversations/" + id, "").statusCode()));
  }

  @Test
  @Order(2)
  void aStreamIsResumedAtTheOtherReplicaAndNotCancelledAtTheFirst() {
    // Given: every conversation's turn, so that both replicas hold some of them
    for (String conversation : CREATED) {
      TurnSubmitted turn = flow.turn(me.say(conversation, WORDS));
      String path = Client.replyStream(conversation, turn.getReplyId());
      flow.send(chunk(turn, 1, 0, "One "));
      String seen;
      try (Sse first = me.stream("GET", path, "")) {
        seen = first.next("chunk").id();
      }
      // When
      try (Sse second = atTwo().stream("GET", path, "", "Last-Event-ID", seen)) {
        flow.send(last(turn, 1, 1, WORDS, "One " + WORDS));
        // Then
        assertEquals(WORDS, second.next("chunk").text());
        second.next("done");
      }
      for (Client client : List.of(me, atTwo())) {
        JsonNode answer = client.message(conversation, turn.getReplyId());
        assertEquals("complete", answer.path("status").asText());
        assertEquals("One " + WORDS, answer.path("text").asText());
      }
    }
  }

  @Test
  @Order(3)
  void aReaderAtTheOtherReplicaKeepsTheReplyAlive() {
    // Given
    TurnSubmitted turn = flow.turn(me.say(CREATED.getFirst(), WORDS));
    String path = Client.replyStream(CREATED.getFirst(), turn.getReplyId());
    flow.send(chunk(turn, 1, 0, "One "));
    try (Sse stays = atTwo().stream("GET", path, "")) {
      stays.next("chunk");
      try (Sse leaves = me.stream("GET", path, "")) {
        leaves.next("chunk");
      }
      // When: longer than the grace passes, as another reply that nobody reads shows
      TurnSubmitted other = flow.turn(me.say(CREATED.getLast(), WORDS));
      flow.send(chunk(other, 1, 0, "Two "));
      try (Sse leaves =
          me.stream("GET", Client.replyStream(CREATED.getLast(), other.getReplyId()), "")) {
        leaves.next("chunk");
      }
      await().until(() -> !flow.cancelled(other.getReplyId()).isEmpty());
      flow.send(last(other, 1, 1, "", "Two "));
      // Then
      assertEquals(List.of(), flow.cancelled(turn.getReplyId()));
      flow.send(last(turn, 1, 1, "two.", "One two."));
      assertEquals("two.", stays.next("chunk").text());
    }
  }

  @Test
  @Order(4)
  void aKeyMeansTheSameToBoth() {
    keyedConversation = me.open();
    String path = Client.turns(keyedConversation);
    keyed = me.json("POST", path, Client.say(WORDS), KEY, "k");
    String reply = keyed.path("reply_id").asText();
    await().until(() -> atTwo().message(keyedConversation, reply).isObject());
    assertEquals(keyed, atTwo().json("POST", path, Client.say(WORDS), KEY, "k"));
    assertEquals(422, atTwo().send("POST", path, Client.say("other"), KEY, "k").statusCode());
    assertEquals(1, flow.turns(reply).size());
    TurnSubmitted turn = flow.turn(reply);
    flow.send(last(turn, 1, 0, WORDS, WORDS));
  }

  @Test
  @Order(5)
  void onlyReplicasMayAskReplicas() {
    assertEquals(403, one.managed("/replica/conversations/0/" + CREATED.getFirst()));
    assertEquals(403, one.managed("/replica/people/0/p1_x"));
    assertEquals(403, one.managed("/replica/readers/" + Uuid7.randomString()));
    assertEquals(404, me.send("GET", "/replica/readers/" + Uuid7.randomString(), "").statusCode());
  }

  @Test
  @Order(6)
  void aCrashLosesNoConversationAndAReplyGoesOn() throws Exception {
    // Given: a reply that is being written when its replica dies
    String conversation = CREATED.getFirst();
    TurnSubmitted turn = flow.turn(me.say(conversation, WORDS));
    flow.send(chunk(turn, 1, 0, "One "));
    String path = Client.replyStream(conversation, turn.getReplyId());
    String seen;
    try (Sse first = me.stream("GET", path, "")) {
      seen = first.next("chunk").id();
      // When
      one.kill();
    }
    // Then: until the other has taken over it says so, and never that there is nothing
    await()
        .atMost(TAKE_OVER)
        .until(
            () -> {
              var answer = atTwo().send("GET", "/v1/conversations", "");
              assertTrue(answer.statusCode() == 200 || answer.statusCode() == 503, answer::body);
              return answer.statusCode() == 200
                  && Client.read(answer.body()).path("data").size() == CONVERSATIONS + 1;
            });
    try (Sse second = atTwo().stream("GET", path, "", "Last-Event-ID", seen)) {
      flow.send(last(turn, 1, 1, "two.", "One two."));
      assertEquals("two.", second.next("chunk").text());
    }
  }

  @Test
  @Order(7)
  void aRestartOfAllLosesNothing() throws Exception {
    // Given
    JsonNode before = atTwo().json("GET", "/v1/conversations/" + keyedConversation, "");
    TurnSubmitted running = flow.turn(atTwo().say(CREATED.getLast(), WORDS));
    flow.send(chunk(running, 1, 0, "One "));
    two.kill();
    // When
    one.start();
    two.start();
    await().atMost(START).until(() -> one.isReady() && two.isReady());
    // Then: conversations, and the keys of their turns
    assertEquals(before, me.json("GET", "/v1/conversations/" + keyedConversation, ""));
    String path = Client.turns(keyedConversation);
    assertEquals(keyed, me.json("POST", path, Client.say(WORDS), KEY, "k"));
    assertEquals(422, me.send("POST", path, Client.say("other"), KEY, "k").statusCode());
    assertEquals(1, flow.turns(keyed.path("reply_id").asText()).size());
    // and a reply that began before either of them ran is told whole
    try (Sse stream =
        me.stream("GET", Client.replyStream(CREATED.getLast(), running.getReplyId()), "")) {
      assertEquals("One ", stream.next("chunk").text());
    }
  }

  @Test
  @Order(8)
  void theLogsAreJsonWithoutAnybodysWords() throws Exception {
    me.send("POST", Client.turns(keyedConversation), "{'text':'" + WORDS);
    me.send("POST", Client.turns(keyedConversation), "{'text':{'" + WORDS + "':1}}");
    me.send("GET", "/v1/conversations/" + WORDS, "", "Last-Event-ID", WORDS);
    flow.sendBytes("chat.turns", keyedConversation, WORDS.getBytes());
    await().until(() -> flow.read("chat.turns.dead").stream().anyMatch(r -> r.key() != null));
    for (Replica replica : List.of(one, two)) {
      List<String> lines = replica.log();
      assertFalse(lines.stream().anyMatch(line -> line.contains(WORDS)));
      assertTrue(lines.stream().anyMatch(line -> line.contains("started in")), lines::toString);
      for (String line : lines) {
        assertTrue(Client.read(line).has("timestamp"), line);
      }
    }
  }

  @Test
  @Order(9)
  void withoutKafkaNothingIsTakenAndNoPlaceIsLost() throws Exception {
    // Given
    double before = one.metric("heed_chat_replies_running");
    // When
    broker.close();
    var answer =
        me.send(
            "POST",
            "/v1/chat/completions",
            "{'model':'smollm2-135m-instruct','messages':[{'role':'user','content':'x'}]}");
    // Then
    assertEquals(503, answer.statusCode(), answer.body());
    assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    assertEquals(before, one.metric("heed_chat_replies_running"));
    // No orderly end without a broker: theirs is not what is tested here.
    one.kill();
    two.kill();
  }
}
