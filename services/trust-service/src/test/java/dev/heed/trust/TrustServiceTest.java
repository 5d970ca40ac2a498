package dev.heed.trust;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
                given()
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

  @Test
  void anUnknownPseudonymIsAProblem() {
    given()
        .get("/v1/users/nobody")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:heed:problem:user-not-found"))
        .body("status", equalTo(404));
  }
}
