package dev.heed.chat;

import static dev.heed.chat.Flow.chunk;
import static dev.heed.chat.Flow.filtered;
import static dev.heed.chat.Flow.last;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TurnSubmitted;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that break, end, are stopped or forsaken. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class ResumeTest {

  @TestHTTPResource("/")
  URI base;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private Flow flow;
  private Client me;
  private String conversation;
  private String reply;
  private TurnSubmitted turn;

  @BeforeEach
  void takeATurn() {
    flow = new Flow(bootstrap);
    me = Client.stranger(base);
    conversation = me.open();
    reply = me.say(conversation, "Hello.");
    turn = flow.turn(reply);
  }

  @AfterEach
  void stop() {
    flow.close();
  }

  private Sse resume(String... lastEventId) {
    String[] headers =
        lastEventId.length == 0 ? lastEventId : new String[] {"Last-Event-ID", lastEventId[0]};
    return me.stream("GET", Client.replyStream(conversation, reply), "", headers);
  }

  private static List<String> names(List<Sse.Event> events) {
    return events.stream().map(Sse.Event::name).toList();
  }

  @Test
  void goesOnInTheMiddle() {
    // Given
    flow.send(chunk(turn, 1, 0, "One "), chunk(turn, 1, 1, "two "));
    String id;
    try (Sse first = resume()) {
      Sse.Event chunk = first.next("chunk");
      assertEquals("One ", chunk.text());
      id = chunk.id();
    }
    // When
    try (Sse second = resume(id)) {
      // Then
      assertEquals("two ", second.next("chunk").text());
      flow.send(last(turn, 1, 2, "three.", "One two three."));
      assertEquals("three.", second.next("chunk").text());
      assertEquals("stop", second.next("done").json().path("finish_reason").asText());
      assertEquals(List.of(), second.rest());
    }
    assertEquals("complete", me.message(conversation, reply).path("status").asText());
    assertEquals(List.of(), flow.cancelled(reply));
  }

  @Test
  void tellsTheEndToWhoHasSeenAllOfTheText() {
    // Given
    flow.send(chunk(turn, 1, 0, "One "), last(turn, 1, 1, "two.", "One two."));
    List<Sse.Event> all = resume().rest();
    assertEquals(List.of("chunk", "chunk", "done"), names(all));
    // When, Then: its text was seen, its end perhaps not
    assertEquals(List.of("done"), names(resume(all.getLast().id()).rest()));
    assertEquals(List.of("chunk", "done"), names(resume(all.getFirst().id()).rest()));
    assertEquals(List.of("chunk", "chunk", "done"), names(resume().rest()));
  }

  @Test
  void neverMixesAttempts() {
    // Given: a reader of the first attempt
    flow.send(chunk(turn, 1, 0, "Old "));
    try (Sse reader = resume()) {
      String seen = reader.next("chunk").id();
      // When: the prompt is taken up again, and the first attempt's pod still writes
      flow.send(chunk(turn, 2, 0, "New "), chunk(turn, 1, 1, "older "));
      flow.send(last(turn, 1, 2, "oldest.", "Old older oldest."));
      flow.send(chunk(turn, 2, 0, "New "), last(turn, 2, 1, "end.", "New end."));
      // Then
      assertEquals(List.of("restart", "chunk", "chunk", "done"), names(reader.rest()));
      List<Sse.Event> resumed = resume(seen).rest();
      assertEquals(List.of("restart", "chunk", "chunk", "done"), names(resumed));
      assertEquals("New ", resumed.get(1).text());
    }
    assertEquals("New end.", me.message(conversation, reply).path("text").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5", "-1", "1-", "-", "a-b", "1-2-3", "99999999999-1", "4294967295-0", "1 -2"})
  void refusesAnIdThatItNeverSent(String id) {
    var answer = me.send("GET", Client.replyStream(conversation, reply), "", "Last-Event-ID", id);
    assertEquals(400, answer.statusCode());
    assertTrue(answer.body().contains("urn:heed:problem:bad-last-event-id"), answer.body());
  }

  @Test
  void aWithdrawalIsToldToWhoComesBack() {
    flow.send(chunk(turn, 1, 0, "Bad "));
    flow.send(filtered(turn, ReplyKind.WITHDRAWAL, 1, 1, "Let us not."));
    List<Sse.Event> events = resume("1-0").rest();
    assertEquals(List.of("withdrawal", "done"), names(events));
    assertEquals("Let us not.", events.getFirst().text());
    assertEquals("toxicity", events.getFirst().json().path("category").asText());
    await()
        .until(() -> me.message(conversation, reply).path("status").asText(), "withdrawn"::equals);
    assertEquals("Let us not.", me.message(conversation, reply).path("text").asText());
  }

  @Test
  void stopCancelsAtOnce() {
    assertEquals(
        202,
        me.send("POST", "/v1/conversations/" + conversation + "/replies/" + reply + "/cancel", "")
            .statusCode());
    List<ReplyCancelled> cancelled = flow.cancelled(reply);
    assertEquals(1, cancelled.size());
    assertEquals(CancelReason.STOPPED, cancelled.getFirst().getReason());
    assertEquals(conversation, cancelled.getFirst().getConversationId());
  }

  @Test
  void whoLeavesForGoodFreesTheModel() {
    // Given
    flow.send(chunk(turn, 1, 0, "One "));
    try (Sse reader = resume()) {
      reader.next("chunk");
    }
    // Then: within the grace of one second, plus what a broken connection takes to be seen
    await().until(() -> !flow.cancelled(reply).isEmpty());
    assertEquals(CancelReason.PERSON_LEFT, flow.cancelled(reply).getFirst().getReason());
  }

  @Test
  void aSecondReaderKeepsTheReplyAlive() {
    // Given: two readers, of which one leaves
    flow.send(chunk(turn, 1, 0, "One "));
    try (Sse stays = resume()) {
      stays.next("chunk");
      try (Sse leaves = resume()) {
        leaves.next("chunk");
      }
      // When: longer than the grace has passed, as another's forsaken reply shows
      String other = me.say(conversation, "Another.");
      flow.send(chunk(flow.turn(other), 1, 0, "Two "));
      try (Sse leaves = me.stream("GET", Client.replyStream(conversation, other), "")) {
        leaves.next("chunk");
      }
      await().until(() -> !flow.cancelled(other).isEmpty());
      // Then
      assertEquals(List.of(), flow.cancelled(reply));
      flow.send(last(turn, 1, 1, "two.", "One two."));
      assertEquals("two.", stays.next("chunk").text());
    }
  }

  @Test
  void aReplyThatDoesNotComeFailsByItsDeadlineForEverybody() {
    // Given: nobody answers; the deadline of the tests is 10 s
    flow.send(chunk(turn, 1, 0, "One "));
    List<Sse.Event> events = resume().rest();
    // Then
    assertEquals(List.of("chunk", "failure", "done"), names(events));
    assertEquals("deadline", events.get(1).json().path("code").asText());
    assertEquals("failed", me.message(conversation, reply).path("status").asText());
  }
}
