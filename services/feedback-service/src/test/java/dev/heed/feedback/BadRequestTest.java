package dev.heed.feedback;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is turned down, with which answer; and that nothing of it reaches Kafka. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class BadRequestTest {

  private static final String JSON = "application/json";
  private static final String SOMEBODYS_WORDS = "what a person wrote";

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private Flow flow;
  private String key;
  private String me;
  private String reply;

  @BeforeEach
  void open() {
    flow = new Flow(bootstrap);
    key = "key-" + Uuid7.randomString();
    me = Flow.pseudonym(key);
    reply = flow.show(me);
  }

  @AfterEach
  void close() {
    flow.close();
  }

  private record Bad(String what, int status, String slug, String field, String fields) {}

  private static Bad field(String field, String what, String fields) {
    return new Bad(what, 422, "invalid-fields", field, fields);
  }

  private static Stream<Bad> badFields() {
    String thumbs = "'kind':'thumbs','label':'down'";
    return Stream.of(
        field("kind", "no kind", "'label':'up'"),
        field("kind", "unknown kind", "'kind':'applause'"),
        field("kind", "a kind of ours alone", "'kind':'review','label':'up'"),
        field("kind", "kind in capitals", "'kind':'THUMBS','label':'up'"),
        field("kind", "kind as number", "'kind':1"),
        field("kind", "contested but never filtered", "'kind':'contest_filter'"),
        field("label", "thumbs without label", "'kind':'thumbs'"),
        field("label", "unknown label", "'kind':'thumbs','label':'sideways'"),
        field("label", "label as boolean", "'kind':'thumbs','label':true"),
        field("label", "six stars", "'kind':'stars','label':'6'"),
        field("label", "no star", "'kind':'stars','label':'0'"),
        field("label", "stars as number", "'kind':'stars','label':4"),
        field("label", "unknown user label", "'kind':'user_label','label':'ugly'"),
        field("label", "a comment with a label", "'kind':'comment','comment':'x','label':'up'"),
        field("reasons", "unknown reason", thumbs + ",'reasons':['BORING']"),
        field("reasons", "reasons as text", thumbs + ",'reasons':'RUDE'"),
        field("reasons", "null among reasons", thumbs + ",'reasons':[null]"),
        field(
            "reasons", "reasons with thumbs up", "'kind':'thumbs','label':'up','reasons':['RUDE']"),
        field("comment", "no comment in a comment", "'kind':'comment'"),
        field("comment", "blank comment", "'kind':'comment','comment':'  '"),
        field("comment", "long comment", "'kind':'comment','comment':'" + "x".repeat(2001) + "'"),
        field("comment", "half a surrogate pair", "'kind':'comment','comment':'a\\ud800b'"),
        field("comment", "a NUL", "'kind':'comment','comment':'a\\u0000b'"),
        field("comment", "comment as object", "'kind':'comment','comment':{'a':1}"),
        field("better_answer", "no better answer", "'kind':'better_answer'"),
        field(
            "better_answer",
            "better answer with thumbs up",
            "'kind':'thumbs','label':'up','better_answer':'x'"),
        field(
            "better_answer",
            "long better answer",
            "'kind':'better_answer','better_answer':'" + "x".repeat(16_001) + "'"),
        field("other_reply_id", "a pair of one", "'kind':'pairwise','label':'this'"),
        field("other_reply_id", "two, but no pair", thumbs + ",'other_reply_id':'x'"),
        field(
            "other_reply_id",
            "the other is no id",
            "'kind':'pairwise','label':'this','other_reply_id':'x'"),
        field("span", "no span", "'kind':'span','label':'down'"),
        field("span", "half a span", "'kind':'span','span':{'start':1}"),
        field("span", "a span backwards", "'kind':'span','span':{'start':5,'end':2}"),
        field("span", "a negative span", "'kind':'span','span':{'start':-1,'end':2}"),
        field("span", "a span past the end", "'kind':'span','span':{'start':0,'end':13}"),
        field("span.end", "a span of halves", "'kind':'span','span':{'start':0,'end':1.5}"),
        field(
            "span.end",
            "a span past 32 bits",
            "'kind':'span','span':{'start':0,'end':99999999999}"),
        field("feedback_id", "an id without a retraction", thumbs + ",'feedback_id':'x'"),
        field("feedback_id", "a retraction of nonsense", "'kind':'retract','feedback_id':'x'"),
        field("mood", "unknown field", thumbs + ",'mood':'bad'"),
        field("user", "long user", thumbs + ",'user':'" + "u".repeat(257) + "'"),
        new Bad("nothing to retract", 404, "no-such-feedback", "", "'kind':'retract'"));
  }

  @Test
  void everyBadFieldIsNamedAndNothingReachesKafka() {
    List<Bad> table = badFields().toList();
    for (Bad bad : table) {
      String body = ("{'reply_id':'" + reply + "'," + bad.fields() + "}").replace('\'', '"');
      var answer =
          given()
              .header("Authorization", "Bearer " + key)
              .contentType(JSON)
              .body(body.getBytes(StandardCharsets.UTF_8))
              .post("/v1/feedback");
      String said = bad.what() + ": " + answer.asString();
      assertEquals(bad.status(), answer.statusCode(), said);
      assertEquals("application/problem+json", answer.contentType(), said);
      assertEquals("urn:heed:problem:" + bad.slug(), answer.path("type"), said);
      if (!bad.field().isEmpty()) {
        List<String> fields = answer.path("errors.field");
        assertTrue(fields.contains(bad.field()), said);
      }
    }
    assertTrue(table.size() >= 40);
    assertEquals(List.of(), flow.feedbackOf(me));
  }

  @Test
  void everyErrorIsSaidAtOnce() {
    given()
        .header("Authorization", "Bearer " + key)
        .contentType(JSON)
        .body("{\"kind\":\"thumbs\",\"label\":\"x\",\"reasons\":[\"RUDE\"],\"span\":{\"start\":1}}")
        .post("/v1/feedback")
        .then()
        .statusCode(422)
        .body("errors.field", hasItem("reply_id"))
        .body("errors.field", hasItem("label"))
        .body("errors.field", hasItem("reasons"))
        .body("errors.field", hasItem("span"));
  }

  private record Body(String what, int status, String type, byte[] bytes) {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void everyBadBodyGetsAProblem() {
    String good = "{\"reply_id\":\"" + reply + "\",\"kind\":\"thumbs\",\"label\":\"up\"";
    byte[] notUtf8 = utf8(good + ",\"comment\":\"xx\"}");
    notUtf8[notUtf8.length - 3] = (byte) 0xFF;
    byte[] overlong = utf8(good + ",\"comment\":\"xx\"}");
    overlong[overlong.length - 4] = (byte) 0xC0;
    overlong[overlong.length - 3] = (byte) 0x80;
    List<Body> table =
        List.of(
            new Body("empty", 400, JSON, new byte[0]),
            new Body("no JSON", 400, JSON, utf8(SOMEBODYS_WORDS)),
            new Body("cut short", 400, JSON, utf8(good)),
            new Body("an array", 400, JSON, utf8("[]")),
            new Body("null", 400, JSON, utf8("null")),
            new Body("text", 400, JSON, utf8("\"thumbs\"")),
            new Body("two objects", 400, JSON, utf8(good + "}{}")),
            new Body("a field twice", 400, JSON, utf8(good + ",\"label\":\"down\"}")),
            new Body("deep", 400, JSON, utf8(good + ",\"x\":" + "[".repeat(20_000))),
            new Body("not UTF-8", 400, JSON, notUtf8),
            new Body("overlong UTF-8", 400, JSON, overlong),
            new Body("UTF-16", 400, JSON, (good + "}").getBytes(StandardCharsets.UTF_16)),
            new Body("too large", 413, JSON, utf8(good + ",\"comment\":\"" + "x".repeat(70_000))),
            new Body("a table", 415, "text/csv", utf8("a,b")),
            new Body("plain text", 415, "text/plain", utf8(good + "}")));
    for (Body bad : table) {
      var answer =
          given()
              .header("Authorization", "Bearer " + key)
              .contentType(bad.type())
              .body(bad.bytes())
              .post("/v1/feedback");
      String said = bad.what() + ": " + answer.asString();
      assertEquals(bad.status(), answer.statusCode(), said);
      assertEquals("application/problem+json", answer.contentType(), said);
      assertTrue(answer.<String>path("type").startsWith("urn:heed:problem:"), said);
      assertTrue(!said.contains(SOMEBODYS_WORDS), said);
    }
    assertEquals(List.of(), flow.feedbackOf(me));
  }

  @Test
  void badHeadersPathsAndIdsGetAProblem() {
    String body = "{\"reply_id\":\"" + reply + "\",\"kind\":\"thumbs\",\"label\":\"up\"}";
    var mine = given().header("Authorization", "Bearer " + key).contentType(JSON).body(body);
    mine.header("Idempotency-Key", "x".repeat(256)).post("/v1/feedback").then().statusCode(422);
    given()
        .header("Authorization", "Bearer ")
        .contentType(JSON)
        .body(body)
        .post("/v1/feedback")
        .then()
        .statusCode(401)
        .header("WWW-Authenticate", containsString("Bearer"));
    given()
        .header("Authorization", "Basic YTpi")
        .contentType(JSON)
        .body(body)
        .post("/v1/feedback")
        .then()
        .statusCode(401);
    given().header("Authorization", "Bearer " + key).get("/v1/feedback").then().statusCode(422);
    given()
        .header("Authorization", "Bearer " + key)
        .get("/v1/feedback?reply_id=x")
        .then()
        .statusCode(422)
        .body("errors[0].field", equalTo("reply_id"));
    given()
        .header("Authorization", "Bearer " + key)
        .put("/v1/feedback")
        .then()
        .statusCode(405)
        .contentType("application/problem+json");
    given().header("Authorization", "Bearer " + key).get("/v1/feedback/a/b").then().statusCode(404);
    assertEquals(List.of(), flow.feedbackOf(me));
  }

  @Test
  void poisonGoesToTheDeadLettersAndTheViewGoesOn() {
    // When
    flow.sendBytes(Topics.REPLIES, new byte[] {1, 2, 3});
    flow.sendBytes(Topics.REPLIES, null);
    flow.sendBytes(Topics.FEEDBACK_EVENTS, "{}".getBytes(StandardCharsets.UTF_8));
    String later = flow.show(me);
    // Then
    given()
        .header("Authorization", "Bearer " + key)
        .contentType(JSON)
        .body("{\"reply_id\":\"" + later + "\",\"kind\":\"thumbs\",\"label\":\"up\"}")
        .post("/v1/feedback")
        .then()
        .statusCode(202);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              assertEquals(2, flow.read(Topics.REPLIES.deadLetters()).size());
              assertEquals(1, flow.read(Topics.FEEDBACK_EVENTS.deadLetters()).size());
            });
  }

  @Test
  void healthAndMetersAreOnTheManagementPortAlone() {
    String management =
        "http://127.0.0.1:"
            + ConfigProvider.getConfig().getValue("quarkus.management.test-port", Integer.class);
    given().get(management + "/q/health/ready").then().statusCode(200);
    given().header("Authorization", "Bearer " + key).get("/v1/feedback?reply_id=x");
    given()
        .get(management + "/q/metrics")
        .then()
        .statusCode(200)
        .body(containsString("heed_feedback_rejected_total{problem=\"invalid-fields\"}"))
        .body(containsString("heed_feedback_index_replies"))
        .body(containsString("heed_feedback_index_lag_records{topic=\"chat.replies\"}"))
        .body(not(containsString(key)));
    given().get("/q/metrics").then().statusCode(404);
    given().get("/q/health").then().statusCode(404);
  }
}
