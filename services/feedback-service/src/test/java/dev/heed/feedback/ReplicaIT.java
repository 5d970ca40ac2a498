package dev.heed.feedback;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.broker.BrokerResource;
import dev.heed.broker.LocalBroker;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two built replicas on a real broker: what one accepted, the other knows, and a crash loses none.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplicaIT {

  private static final Duration START = Duration.ofSeconds(90);
  private static final int PIECES = 50;
  private static final Set<Integer> PORTS = new HashSet<>();

  @TempDir static Path folder;

  private static LocalBroker broker;
  private static Flow flow;
  private static Replica one;
  private static Replica two;

  private final String key = "key-" + Uuid7.randomString();
  private final String me = Flow.pseudonym(key);

  @BeforeAll
  static void start() throws Exception {
    broker = LocalBroker.start(folder, port(), port());
    flow = new Flow(broker.bootstrapServers());
    one = replica();
    two = replica();
    await().atMost(START).until(() -> one.isReady() && two.isReady());
  }

  private static Replica replica() throws IOException {
    return new Replica(broker.bootstrapServers(), port(), port());
  }

  /** A free port that this test has not given out before: the same may be free twice. */
  private static int port() throws IOException {
    int port = BrokerResource.freePort();
    while (!PORTS.add(port)) {
      port = BrokerResource.freePort();
    }
    return port;
  }

  @AfterAll
  static void stop() throws InterruptedException {
    one.close();
    two.close();
    flow.close();
    broker.close();
  }

  private static String thumbs(String reply, String label) {
    return "{\"reply_id\":\"%s\",\"kind\":\"thumbs\",\"label\":\"%s\"}".formatted(reply, label);
  }

  private static String id(HttpResponse<String> answer) throws IOException {
    assertEquals(202, answer.statusCode(), answer.body());
    return new ObjectMapper().readTree(answer.body()).path("feedback_id").asText();
  }

  @Test
  @Order(1)
  void aKeyMeansTheSameToEveryReplica() throws IOException {
    String reply = flow.show(me);
    String first = id(one.post(key, "k", thumbs(reply, "up")));
    assertEquals(first, id(two.post(key, "k", thumbs(reply, "up"))));
    await().until(() -> two.post(key, "k", thumbs(reply, "down")).statusCode() == 422);
    assertEquals(404, two.delete("somebody-else", first).statusCode());
    String retraction = id(two.delete(key, first));
    assertEquals(retraction, id(one.delete(key, first)));
    // and what one took this very moment can be taken back at the other
    String next = id(one.post(key, "next", thumbs(reply, "down")));
    assertFalse(id(two.delete(key, next)).isEmpty());
  }

  @Test
  @Order(2)
  void killingAReplicaLosesNothingThatWasAccepted() throws Exception {
    // Given
    String reply = flow.show(me);
    Map<String, String> accepted = new TreeMap<>();
    // When: one replica is killed while a person sends, who then goes on at the other
    Thread killer = null;
    for (int i = 0; i < PIECES; i++) {
      if (i == PIECES / 2) {
        killer = Thread.ofPlatform().start(ReplicaIT::killOne);
      }
      HttpResponse<String> answer;
      try {
        answer = one.post(key, "n" + i, thumbs(reply, i % 2 == 0 ? "up" : "down"));
      } catch (IOException e) {
        answer = two.post(key, "n" + i, thumbs(reply, i % 2 == 0 ? "up" : "down"));
      }
      accepted.put("n" + i, id(answer));
    }
    killer.join();
    // Then
    List<FeedbackGiven> events = flow.feedbackOf(me);
    Set<String> written =
        events.stream().map(FeedbackGiven::getFeedbackId).collect(Collectors.toSet());
    assertEquals(new HashSet<>(accepted.values()), written);
    assertEquals(PIECES, written.size());
    Map<String, String> labels = new HashMap<>();
    for (FeedbackGiven event : events) {
      String before = labels.putIfAbsent(event.getFeedbackId(), event.getLabel());
      assertTrue(before == null || before.equals(event.getLabel()));
    }
  }

  private static void killOne() {
    try {
      one.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Order(3)
  void aRestartedReplicaKnowsWhatWasAcceptedBefore() throws IOException {
    // Given
    String reply = flow.show(me);
    String first = id(two.post(key, "k", thumbs(reply, "up")));
    // When
    one = replica();
    await().atMost(START).until(one::isReady);
    // Then
    assertEquals(first, id(one.post(key, "k", thumbs(reply, "up"))));
    assertEquals(1, flow.feedbackOf(me).size());
    assertEquals(422, one.post(key, "k", thumbs(reply, "down")).statusCode());
    assertFalse(id(one.delete(key, first)).isEmpty());
  }

  @Test
  @Order(4)
  void withoutKafkaNothingIsAccepted() throws IOException {
    // Given
    String reply = flow.show(me);
    id(two.post(key, "before", thumbs(reply, "up")));
    // When
    broker.close();
    HttpResponse<String> answer = two.post(key, "after", thumbs(reply, "up"));
    // Then
    assertEquals(503, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("urn:heed:problem:not-confirmed"));
    assertTrue(answer.headers().firstValue("Retry-After").isPresent());
  }
}
