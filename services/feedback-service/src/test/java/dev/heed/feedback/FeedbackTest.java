package dev.heed.feedback;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ReplyKind;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Feedback on replies that a producer in safety-service's place showed, on a real broker. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class FeedbackTest {

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private Flow flow;
  private String key;
  private String me;

  @BeforeEach
  void open() {
    flow = new Flow(bootstrap);
    key = "key-" + Uuid7.randomString();
    me = Flow.pseudonym(key);
  }

  @AfterEach
  void close() {
    flow.close();
  }

  private RequestSpecification as(String apiKey) {
    return given().header("Authorization", "Bearer " + apiKey).contentType("application/json");
  }

  private ValidatableResponse post(String body) {
    return as(key).body(body).post("/v1/feedback").then();
  }

  private static String thumbs(String replyId, String label) {
    return "{\"reply_id\":\"%s\",\"kind\":\"thumbs\",\"label\":\"%s\"}".formatted(replyId, label);
  }

  @Test
  void acceptedFeedbackIsInKafkaWithWhatWasKnownOfTheReply() {
    // Given
    String reply = flow.show(me);
    // When
    String id =
        post("""
            {"reply_id":"chatcmpl-%s","kind":"thumbs","label":"down","reasons":["RUDE","OFF_TOPIC"],
             "comment":"e\\u0301t\\u00e9","better_answer":"Hi."}"""
                .formatted(reply))
            .statusCode(202)
            .body("status", equalTo("accepted"))
            .extract()
            .path("feedback_id");
    // Then
    FeedbackGiven event = flow.feedbackOf(me).getFirst();
    assertEquals(id, event.getFeedbackId());
    assertTrue(Uuid7.isValid(id));
    assertEquals(reply, event.getReplyId());
    assertEquals(FeedbackKind.THUMBS, event.getKind());
    assertEquals("down", event.getLabel());
    assertEquals(List.of("OFF_TOPIC", "RUDE"), event.getReasons());
    assertEquals("\u00e9t\u00e9", event.getComment());
    assertEquals("Hi.", event.getBetterAnswer());
    assertEquals(Flow.MODEL, event.getModel());
    assertTrue(event.getCohort().matches("[0-9a-f]{12}"), "where it came from, coarsely");
    assertEquals(Flow.verdict(.02), event.getVerdict());
    as(key)
        .get("/v1/feedback?reply_id=" + reply)
        .then()
        .statusCode(200)
        .body("data", hasSize(1))
        .body("data[0].feedback_id", equalTo(id))
        .body("data[0].retracted", equalTo(false));
  }

  @Test
  void theTraceOfTheRequestGoesOnInTheEvent() {
    // Given
    String reply = flow.show(me);
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    // When
    as(key)
        .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
        .body(thumbs(reply, "up"))
        .post("/v1/feedback")
        .then()
        .statusCode(202);
    // Then
    var record =
        flow.read("feedback.events").stream()
            .filter(r -> me.equals(r.key()))
            .findFirst()
            .orElseThrow();
    String parent = new String(record.headers().lastHeader("traceparent").value());
    assertTrue(parent.startsWith("00-" + trace + "-"), parent);
    assertEquals(
        "/heed/feedback-service", new String(record.headers().lastHeader("ce_source").value()));
  }

  @Test
  void aReplyThatWasShownToAnotherPersonIsNotFound() {
    String reply = flow.show(Flow.pseudonym("someone-else"));
    post(thumbs(reply, "up"))
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:heed:problem:reply-not-shown"));
    as(key).get("/v1/feedback?reply_id=" + reply).then().statusCode(200).body("data", hasSize(0));
    assertEquals(List.of(), flow.feedbackOf(me));
  }

  @Test
  void aReplyThatIsStillBeingWrittenMustBeWaitedFor() {
    // Given
    String reply = Uuid7.randomString();
    flow.send(flow.chunk(reply, me).build());
    post(thumbs(reply, "up"))
        .statusCode(409)
        .body("type", equalTo("urn:heed:problem:reply-not-finished"));
    // When
    flow.send(
        flow.chunk(reply, me)
            .setSequence(1)
            .setLast(true)
            .setFinishReason(FinishReason.STOP)
            .build());
    // Then
    post(thumbs(reply, "up")).statusCode(202);
  }

  @Test
  void aReplyThatFailedBeforeItsFirstWordWasNotShown() {
    String reply = Uuid7.randomString();
    flow.send(
        flow.chunk(reply, me)
            .setKind(ReplyKind.FAILURE)
            .setText("")
            .setError("overloaded")
            .setLast(true)
            .setFinishReason(FinishReason.REJECTED)
            .build());
    post(thumbs(reply, "up")).statusCode(404);
  }

  @Test
  void aChunkOfAnOlderAttemptDoesNotEndTheReply() {
    String reply = Uuid7.randomString();
    flow.send(flow.chunk(reply, me).setAttempt(2).build());
    flow.send(flow.chunk(reply, me).setAttempt(1).setLast(true).build());
    post(thumbs(reply, "up")).statusCode(409);
  }

  @Test
  void theSameKeyIsTheSameFeedbackAndAnotherBodyUnderItIsTurnedDown() {
    // Given
    String reply = flow.show(me);
    String other = flow.show(me);
    String idempotency = Uuid7.randomString();
    String first =
        keyed(idempotency, thumbs(reply, "up")).statusCode(202).extract().path("feedback_id");
    // When
    String again =
        keyed(idempotency, thumbs(reply, "up")).statusCode(202).extract().path("feedback_id");
    // Then
    assertEquals(first, again);
    assertEquals(1, flow.feedbackOf(me).size());
    keyed(idempotency, thumbs(reply, "down"))
        .statusCode(422)
        .body("type", equalTo("urn:heed:problem:idempotency-key-reused"));
    keyed(idempotency, thumbs(other, "up")).statusCode(422);
  }

  private ValidatableResponse keyed(String idempotency, String body) {
    return as(key).header("Idempotency-Key", idempotency).body(body).post("/v1/feedback").then();
  }

  @Test
  void withoutAKeyEveryPostIsNew() {
    String reply = flow.show(me);
    String first = post(thumbs(reply, "up")).statusCode(202).extract().path("feedback_id");
    String second = post(thumbs(reply, "up")).statusCode(202).extract().path("feedback_id");
    assertNotEquals(first, second);
    assertEquals(2, flow.feedbackOf(me).size());
  }

  @Test
  void ownFeedbackCanBeTakenBackOnceAndForeignFeedbackNever() {
    // Given
    String reply = flow.show(me);
    String id = post(thumbs(reply, "down")).statusCode(202).extract().path("feedback_id");
    // When
    as("another").delete("/v1/feedback/" + id).then().statusCode(404);
    String retraction =
        as(key).delete("/v1/feedback/" + id).then().statusCode(202).extract().path("feedback_id");
    String again =
        as(key).delete("/v1/feedback/" + id).then().statusCode(202).extract().path("feedback_id");
    // Then
    assertEquals(retraction, again);
    List<FeedbackGiven> events = flow.feedbackOf(me);
    assertEquals(2, events.size());
    FeedbackGiven event =
        events.stream().filter(e -> e.getKind() == FeedbackKind.RETRACT).findFirst().orElseThrow();
    assertEquals(id, event.getRetracts());
    as(key).get("/v1/feedback?reply_id=" + reply).then().body("data[0].retracted", equalTo(true));
    as(key).delete("/v1/feedback/" + Uuid7.randomString()).then().statusCode(404);
    as(key).delete("/v1/feedback/nonsense").then().statusCode(404);
  }

  @Test
  void kindRetractTakesBackTheLatestOrTheNamedOne() {
    String reply = flow.show(me);
    String first = post(thumbs(reply, "up")).statusCode(202).extract().path("feedback_id");
    String second = post(thumbs(reply, "down")).statusCode(202).extract().path("feedback_id");
    String latest = "{\"reply_id\":\"%s\",\"kind\":\"retract\"}".formatted(reply);
    post(latest).statusCode(202);
    post("{\"reply_id\":\"%s\",\"kind\":\"retract\",\"feedback_id\":\"%s\"}"
            .formatted(reply, first))
        .statusCode(202);
    assertEquals(
        List.of(second, first),
        flow.feedbackOf(me).stream()
            .filter(e -> e.getKind() == FeedbackKind.RETRACT)
            .map(FeedbackGiven::getRetracts)
            .toList());
    post(latest).statusCode(404);
  }

  @Test
  void onlyAFilteredReplyCanBeContested() {
    String refused = flow.refuse(me);
    String answered = flow.show(me);
    String contest = "{\"reply_id\":\"%s\",\"kind\":\"contest_filter\"}";
    post(contest.formatted(refused)).statusCode(202);
    post(contest.formatted(answered)).statusCode(422).body("errors[0].field", equalTo("kind"));
    FeedbackGiven event = flow.feedbackOf(me).getFirst();
    assertEquals("disagree", event.getLabel());
    assertEquals(.97, event.getVerdict().getUnsafe());
    // A thumb is about the canned text, of which nothing was found; else rejecting a rightful
    // refusal would count as right.
    post(thumbs(refused, "down")).statusCode(202);
    assertNull(flow.feedbackOf(me).getLast().getVerdict());
  }

  @Test
  void aKeyActsForItsUsersAndEachIsAPersonOfTheirOwn() {
    String anna =
        Flow.IDENTITY.pseudonym(
            dev.heed.schemas.identity.Identity.keySubject(key, java.util.Optional.of("anna")));
    String reply = flow.show(anna);
    String body = "{\"reply_id\":\"%s\",\"kind\":\"thumbs\",\"label\":\"up\"%s}";
    post(body.formatted(reply, "")).statusCode(404);
    post(body.formatted(reply, ",\"user\":\"bert\"")).statusCode(404);
    post(body.formatted(reply, ",\"user\":\"anna\"")).statusCode(202);
    assertEquals(1, flow.feedbackOf(anna).size());
    as(key).get("/v1/feedback?user=anna&reply_id=" + reply).then().body("data", hasSize(1));
  }

  @Test
  void aSessionCookieIsAPersonAndAForgedOneIsNobody() {
    String session = Flow.IDENTITY.newSession();
    String person = Flow.IDENTITY.pseudonym(Flow.IDENTITY.sessionSubject(session).orElseThrow());
    String reply = flow.show(person);
    var json = given().contentType("application/json").body(thumbs(reply, "up"));
    json.post("/v1/feedback").then().statusCode(401);
    given()
        .contentType("application/json")
        .cookie("heed_session", session.substring(1) + session.charAt(0))
        .body(thumbs(reply, "up"))
        .post("/v1/feedback")
        .then()
        .statusCode(401)
        .contentType("application/problem+json");
    given()
        .contentType("application/json")
        .cookie("heed_session", session)
        .body(thumbs(reply, "up"))
        .post("/v1/feedback")
        .then()
        .statusCode(202);
  }

  @Test
  void aPersonHasAQuota() {
    String reply = flow.show(me);
    for (int i = 0; i < 30; i++) {
      post(thumbs(reply, "up")).statusCode(202);
    }
    String wait =
        post(thumbs(reply, "up"))
            .statusCode(429)
            .body("type", equalTo("urn:heed:problem:feedback-quota"))
            .extract()
            .header("Retry-After");
    assertTrue(Integer.parseInt(wait) > 0);
    assertEquals(30, flow.feedbackOf(me).size());
  }
}
