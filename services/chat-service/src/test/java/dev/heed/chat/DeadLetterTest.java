package dev.heed.chat;

import static dev.heed.chat.Flow.last;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.TurnSubmitted;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be read in a topic is put aside with its cause, and reading goes on. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class DeadLetterTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TestHTTPResource("/")
  URI base;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private Flow flow;
  private Client me;
  private String conversation;
  private TurnSubmitted turn;

  @BeforeEach
  void start() {
    flow = new Flow(bootstrap);
    me = Client.stranger(base);
    conversation = me.open();
    turn = flow.turn(me.say(conversation, "Hello."));
  }

  @AfterEach
  void stop() {
    flow.close();
  }

  /** A whole event of a schema that nobody has announced. */
  private byte[] ofUnknownSchema() {
    byte[] bytes = EventCodec.ofKnown().encode(last(turn, 1, 0, "x", "x").build());
    for (int i = 2; i < 10; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private byte[] damaged() {
    byte[] whole = EventCodec.ofKnown().encode(last(turn, 1, 0, "x", "x").build());
    return Arrays.copyOf(whole, whole.length / 2);
  }

  private List<ConsumerRecord<String, byte[]>> dead(String topic) {
    return flow.read(topic + ".dead").stream()
        .filter(record -> Objects.equals(record.key(), conversation))
        .toList();
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat.turns", "chat.replies"})
  void poisonIsParkedAndReadingGoesOn(String topic) {
    // When: poison of all kinds under a conversation's own key, so it is read before what follows
    byte[] poison = "no event at all".getBytes(StandardCharsets.UTF_8);
    flow.sendBytes(topic, conversation, poison);
    flow.sendBytes(topic, conversation, new byte[0]);
    flow.sendBytes(topic, conversation, null);
    flow.sendBytes(topic, conversation, damaged());
    flow.sendBytes(topic, conversation, ofUnknownSchema());
    flow.sendBytes(topic, null, poison);
    flow.send(last(turn, 1, 0, "Hi.", "Hi."));
    // Then
    await()
        .atMost(SOON)
        .until(
            () -> me.message(conversation, turn.getReplyId()).path("status").asText(),
            "complete"::equals);
    String next = me.say(conversation, "And then?");
    assertEquals(3, flow.turn(next).getMessages().size());
    await().atMost(SOON).until(() -> dead(topic).size() >= 5);
    List<ConsumerRecord<String, byte[]>> dead = dead(topic);
    assertEquals(5, dead.size(), "each is parked once");
    assertArrayEquals(poison, dead.getFirst().value());
    for (var record : dead) {
      assertTrue(header(record, "dead-letter-reason").length() > 3);
      assertEquals(topic, header(record, "dead-letter-topic"));
      assertTrue(Long.parseLong(header(record, "dead-letter-offset")) >= 0);
    }
    assertTrue(
        flow.read(topic + ".dead").stream()
            .anyMatch(r -> r.key() == null && Arrays.equals(r.value(), poison)));
  }

  @Test
  void anEventOfAnotherTypeIsSkippedOrParkedButNeverApplied() {
    // Given: a last chunk where only turns belong
    byte[] chunk =
        EventCodec.ofKnown()
            .encode(last(turn, 1, 0, "x", "x").setFinishReason(FinishReason.STOP).build());
    // When
    flow.sendBytes("chat.turns", conversation, chunk);
    // Then
    await().atMost(SOON).until(() -> dead("chat.turns").size() == 1);
    assertEquals("streaming", me.message(conversation, turn.getReplyId()).path("status").asText());
  }

  @Test
  void anUnknownSchemaHoldsUpNobodyElsesStream() {
    // Given: another person's reply, and a reader of it
    Client other = Client.stranger(base);
    String theirs = other.open();
    TurnSubmitted their = flow.turn(other.say(theirs, "Hello."));
    try (Sse reader = other.stream("GET", Client.replyStream(theirs, their.getReplyId()), "")) {
      // When: many records of an unknown schema, each of which may wait 2 s
      for (int i = 0; i < 20; i++) {
        flow.sendBytes("chat.replies", conversation, ofUnknownSchema());
      }
      long sent = System.nanoTime();
      flow.send(last(their, 1, 0, "Hi.", "Hi."));
      // Then
      assertEquals("Hi.", reader.next("chunk").text());
      long millis = Duration.ofNanos(System.nanoTime() - sent).toMillis();
      assertTrue(millis < 1500, () -> "held up for " + millis + " ms");
    }
  }
}
