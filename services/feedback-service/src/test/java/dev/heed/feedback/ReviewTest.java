package dev.heed.feedback;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.PersonRequestKind;
import dev.heed.schemas.events.ReviewReason;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.Role;
import dev.heed.schemas.events.Sampling;
import dev.heed.schemas.events.TurnSubmitted;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Review by operators, and what people may ask of their own record, on a real broker. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class ReviewTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private Flow flow;

  @BeforeEach
  void open() {
    flow = new Flow(bootstrap);
  }

  @AfterEach
  void close() {
    flow.close();
  }

  private static RequestSpecification operator(String name) {
    return given()
        .header("Authorization", "Bearer the-operators-key-in-tests")
        .header("X-Heed-Reviewer", name)
        .contentType("application/json");
  }

  private ReviewTask ask(String prefix, double gain) {
    String conversation = Uuid7.randomString();
    String turn = Uuid7.randomString();
    String reply = Uuid7.randomString();
    flow.send(
        Topics.TURNS,
        conversation,
        TurnSubmitted.newBuilder()
            .setConversationId(conversation)
            .setTurnId(turn)
            .setReplyId(reply)
            .setPseudonym("p1_secret_rater")
            .setReplica("chat-1")
            .setMessages(List.of(new Message(Role.USER, "How are you, <b>Heed</b>?", null)))
            .setSampling(Sampling.newBuilder().build())
            .setSubmittedAt(Instant.now())
            .setDeadline(Instant.now())
            .build(),
        Topics.CHAT);
    flow.send(
        Topics.REPLIES,
        conversation,
        flow.chunk(reply, "p1_secret_rater")
            .setConversationId(conversation)
            .setTurnId(turn)
            .setLast(true)
            .setWholeText("Fine, thank you.")
            .build(),
        Topics.SAFETY);
    ReviewTask task =
        ReviewTask.newBuilder()
            .setTaskId(Uuid7.randomString())
            .setItemId(prefix + reply)
            .setConversationId(conversation)
            .setTurnId(turn)
            .setReplyId(reply)
            .setWhy(ReviewReason.DISAGREEMENT)
            .setExpectedGain(gain)
            .setAt(Instant.now())
            .build();
    flow.send(Topics.REVIEW_TASKS, task.getItemId(), task, Topics.TRUST);
    return task;
  }

  @Test
  void anOperatorAnswersBlindAndTheAnswerIsAnEvent() {
    ReviewTask second = ask("", 100);
    ReviewTask first = ask("filter:", 101);
    String next =
        await()
            .atMost(SOON)
            .until(
                () -> operator("ann").get("/v1/review/next").then().extract().asString(),
                body -> body.contains(first.getTaskId()));
    assertTrue(next.contains("\"about\":\"filter\"") && next.contains("How are you"), next);
    assertTrue(next.contains("Fine, thank you."), next);
    // Blind: neither who rated, nor why it is asked, nor what is believed
    assertFalse(next.contains("secret_rater") || next.contains("DISAGREE"), next);
    operator("ann")
        .get("/v1/review/next?not=" + first.getTaskId())
        .then()
        .body("task_id", equalTo(second.getTaskId()));
    operator("ann")
        .body("{\"label\":\"down\"}")
        .post("/v1/review/" + first.getTaskId())
        .then()
        .statusCode(202);
    operator("bob")
        .body("{\"label\":\"up\"}")
        .post("/v1/review/" + second.getTaskId())
        .then()
        .statusCode(202);
    operator("ann")
        .body("{\"label\":\"up\"}")
        .post("/v1/review/" + second.getTaskId())
        .then()
        .statusCode(202);
    List<FeedbackGiven> given = flow.feedbackOf(Flow.IDENTITY.pseudonym("reviewer:ann"));
    assertEquals(2, given.size());
    assertEquals(FeedbackKind.REVIEW, given.getFirst().getKind());
    assertEquals(first.getReplyId(), given.getFirst().getReplyId());
    assertEquals(List.of("CONTESTED"), given.getFirst().getReasons());
    assertEquals(List.of(), given.getLast().getReasons());
    operator("ann")
        .get("/v1/review")
        .then()
        .statusCode(200)
        .body("agreement.answers", equalTo(3))
        .body("agreement.reviewers", equalTo(2))
        .body("agreement.eachReviewer.compared.sum()", equalTo(2))
        .body("agreement.eachReviewer.agreed.sum()", equalTo(2));
  }

  @Test
  void reviewIsForOperatorsAndStrict() {
    for (String path : List.of("/v1/review", "/v1/review/next", "/v1/review/x")) {
      given().get(path).then().statusCode(401);
      given().header("Authorization", "Bearer wrong").get(path).then().statusCode(401);
    }
    String unknown = "/v1/review/" + Uuid7.randomString();
    operator("a").get(unknown).then().statusCode(404).body("type", containsString("no-such-task"));
    operator("a").body("{\"label\":\"up\"}").post(unknown).then().statusCode(404);
    operator("a b").body("{\"label\":\"up\"}").post(unknown).then().statusCode(422);
    ReviewTask task = ask("", 1);
    String path = "/v1/review/" + task.getTaskId();
    await().atMost(SOON).until(() -> operator("a").get(path).statusCode() == 200);
    operator("a").body("{\"label\":\"maybe\"}").post(path).then().statusCode(422);
    operator("a").body("{").post(path).then().statusCode(400);
    operator("a").body(" ".repeat(2000)).post(path).then().statusCode(413);
    given().get("/review").then().statusCode(200).contentType("text/html");
    given().get("/review/review.js").then().statusCode(200);
    given().get("/review/application.yaml").then().statusCode(404);
  }

  @Test
  void aPersonMayAppealAndBeForgotten() {
    String key = "key-" + Uuid7.randomString();
    String me = Flow.pseudonym(key);
    String reply = flow.show(me);
    RequestSpecification i =
        given().header("Authorization", "Bearer " + key).contentType("application/json");
    i.body("{\"reply_id\":\"%s\",\"kind\":\"thumbs\",\"label\":\"up\"}".formatted(reply))
        .post("/v1/feedback")
        .then()
        .statusCode(202);
    i.body("{\"text\":\"I mean what I say.\"}").post("/v1/feedback/appeal").then().statusCode(202);
    i.body("{\"txt\":1}").post("/v1/feedback/appeal").then().statusCode(422);
    given()
        .header("Authorization", "Bearer " + key)
        .delete("/v1/feedback")
        .then()
        .statusCode(202)
        .body("gone_by", containsString("T00:00:00Z"));
    given()
        .header("Authorization", "Bearer " + key)
        .get("/v1/feedback?reply_id=" + reply)
        .then()
        .statusCode(200)
        .body("data", hasSize(0));
    List<PersonRequest> requests =
        flow.read(Topics.FEEDBACK_EVENTS.name()).stream()
            .filter(record -> me.equals(record.key()))
            .map(record -> EventCodec.ofKnown().decode(record.value()))
            .filter(PersonRequest.class::isInstance)
            .map(PersonRequest.class::cast)
            .toList();
    assertEquals(
        List.of(PersonRequestKind.APPEAL, PersonRequestKind.ERASURE),
        requests.stream().map(PersonRequest::getKind).toList());
    assertEquals("I mean what I say.", requests.getFirst().getText());
    given().delete("/v1/feedback").then().statusCode(401);
  }
}
