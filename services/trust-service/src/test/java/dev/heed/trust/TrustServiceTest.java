package dev.heed.trust;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.PersonRequestKind;
import dev.heed.schemas.identity.Identity;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole service on a real broker. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class TrustServiceTest {

  private static final String PROBLEM = "urn:heed:problem:";
  private static final String SECRET = "a-secret-for-tests-of-32-characters-or-more";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private final EventCodec codec = EventCodec.ofKnown();
  private final String me = Uuid7.randomString();
  private KafkaProducer<String, byte[]> producer;

  @BeforeEach
  void open() {
    Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrap);
    producer = new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer());
    String ready =
        "http://127.0.0.1:"
            + ConfigProvider.getConfig().getValue("quarkus.management.test-port", Integer.class)
            + "/q/health/ready";
    await().atMost(PATIENCE).untilAsserted(() -> given().get(ready).then().statusCode(200));
  }

  @AfterEach
  void close() {
    producer.close();
  }

  private void send(Topic topic, SpecificRecord event, String source) {
    send(EventRecords.record(codec, topic, me, event, source));
  }

  private void send(ProducerRecord<String, byte[]> record) {
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  private void give(String reply, String label, double unsafe) {
    FeedbackGiven feedback = Samples.feedback(me, reply, label, unsafe).build();
    send(Topics.FEEDBACK_EVENTS, feedback, Topics.FEEDBACK);
  }

  @Test
  void whatAPersonRatesShowsInTheirScore() {
    // Given: poison first, which must not hold up what follows
    send(new ProducerRecord<>(Topics.FEEDBACK_EVENTS.name(), me, new byte[] {1, 2, 3}));
    // When: a liar, whose earlier ratings are revised, who changes their mind once
    for (int i = 0; i < 20; i++) {
      give(me + i, i % 2 == 0 ? "up" : "down", i % 2 == 0 ? .85 : .15);
    }
    give(me + 0, "down", .85);
    send(Topics.VERDICTS, Samples.turn(me, true), Topics.SAFETY);
    // Then
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                operator()
                    .get("/v1/users/" + me)
                    .then()
                    .statusCode(200)
                    .body("pseudonym", equalTo(me))
                    .body("ratings", equalTo(20))
                    .body("turns", equalTo(1))
                    .body("reliability", lessThan(.4f))
                    .body("reliabilitySd", greaterThan(0f))
                    .body("civility", lessThan(.9f)));
  }

  private static RequestSpecification operator() {
    return given().header("Authorization", "Bearer the-operators-key-in-tests");
  }

  @Test
  void whatIsKnownOfPeopleIsForOperators() {
    for (String path : List.of("/v1/users/x", "/v1/users/x/feedback", "/v1/trust/summary")) {
      given().get(path).then().statusCode(401).body("type", equalTo(PROBLEM + "unauthorized"));
      given().header("Authorization", "Bearer wrong").get(path).then().statusCode(401);
      operator().get(path).then().statusCode(path.endsWith("/x") ? 404 : 200);
    }
    String management =
        "http://127.0.0.1:"
            + ConfigProvider.getConfig().getValue("quarkus.management.test-port", Integer.class);
    for (String path : List.of("summary", "scores/x", "feedback/x")) {
      given().get(management + "/internal/trust/" + path).then().statusCode(401);
      given()
          .header("X-Heed-Replica-Key", "guess")
          .get(management + "/internal/trust/" + path)
          .then()
          .statusCode(401);
    }
    given().get("/trust").then().statusCode(200).contentType("text/html");
  }

  @Test
  void everybodySeesWhyTheirFeedbackWeighsWhatItDoes() {
    given().get("/v1/me/trust").then().statusCode(401);
    Identity identity = new Identity(SECRET.getBytes(StandardCharsets.UTF_8), 1);
    String pseudonym = identity.pseudonym(Identity.keySubject(me, Optional.of("joe")));
    given()
        .header("Authorization", "Bearer " + me)
        .get("/v1/me/trust?user=joe")
        .then()
        .statusCode(200)
        .body("weight", equalTo("some"));
    for (int i = 0; i < 20; i++) {
      FeedbackGiven lie =
          Samples.feedback(pseudonym, me + i, i % 2 == 0 ? "up" : "down", i % 2 == 0 ? .9 : .1)
              .build();
      send(EventRecords.record(codec, Topics.FEEDBACK_EVENTS, pseudonym, lie, Topics.FEEDBACK));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                given()
                    .header("Authorization", "Bearer " + me)
                    .get("/v1/me/trust?user=joe")
                    .then()
                    .statusCode(200)
                    .body("weight", equalTo("little"))
                    .body("why[0]", containsString("often differ"))
                    .body("appealed", equalTo(false))
                    .body("$", not(hasKey("reliability"))));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                operator()
                    .get("/v1/users/" + pseudonym + "/feedback")
                    .then()
                    .statusCode(200)
                    .body("data", hasSize(20))
                    .body("data[0].moved_by", not(emptyString())));
    operator()
        .get("/v1/trust/summary")
        .then()
        .statusCode(200)
        .body("people", greaterThan(0))
        .body("weight.thumbs", greaterThan(0f))
        .body("beliefs", not(anEmptyMap()));
  }

  @Test
  void erasureLeavesNothingUnderAnyKeyOfAnyCompactedTopic() {
    for (int i = 0; i < 20; i++) { // replies that are not named after their rater
      give(Uuid7.randomString(), i % 2 == 0 ? "up" : "down", i % 2 == 0 ? .9 : .1);
    }
    send(Topics.VERDICTS, Samples.turn(me, true), Topics.SAFETY);
    await().atMost(PATIENCE).until(() -> mentions() > 20);
    send(
        Topics.FEEDBACK_EVENTS,
        new PersonRequest(Uuid7.randomString(), me, PersonRequestKind.ERASURE, null, Instant.now()),
        Topics.FEEDBACK);
    await().atMost(PATIENCE).untilAsserted(() -> assertEquals(0, mentions()));
    operator().get("/v1/users/" + me).then().statusCode(404);
  }

  /** What compaction would leave of this person: the last records of keys, changelogs too. */
  private long mentions() {
    Map<String, Object> kafka =
        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.listTopics().entrySet().stream()
              .filter(
                  t ->
                      t.getKey().endsWith("-changelog")
                          || t.getKey().equals(Topics.FEEDBACK_WEIGHTED.name())
                          || t.getKey().equals(Topics.TRUST_SCORES.name()))
              .flatMap(t -> t.getValue().stream())
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<String, String> last = new HashMap<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          String key = record.topic() + record.partition() + text(record.key());
          last.remove(key);
          if (record.value() != null) {
            last.put(key, text(record.key()) + text(record.value()));
          }
        }
      }
      return last.values().stream().filter(value -> value.contains(me)).count();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void anUnknownPseudonymIsAProblem() {
    operator()
        .get("/v1/users/nobody")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:heed:problem:user-not-found"))
        .body("status", equalTo(404));
  }
}
