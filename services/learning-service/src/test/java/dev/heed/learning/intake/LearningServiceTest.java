package dev.heed.learning.intake;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.broker.BrokerResource;
import dev.heed.learning.dataset.DatasetKey;
import dev.heed.learning.dataset.DatasetReader;
import dev.heed.learning.deidentify.DatasetIds;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole service on a real broker: consent, de-identification, dead letters, metrics. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
@QuarkusTestResource(TemporaryData.class)
class LearningServiceTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  @ConfigProperty(name = "heed.learning.data-dir")
  Path data;

  private Events events;
  private DatasetIds ids;

  @BeforeEach
  void open() throws IOException {
    events = new Events(bootstrap);
    ids = new DatasetIds(DatasetKey.in(data.resolve("dataset.key")));
  }

  @AfterEach
  void close() {
    events.close();
  }

  private List<JsonNode> rowsOf(String conversation, boolean usable) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    DatasetReader reader = DatasetReader.of(data.resolve("dataset"));
    String name = ids.conversation(conversation);
    java.util.function.Consumer<JsonNode> take =
        row -> {
          if (row.path("conversation").asText().equals(name)) {
            rows.add(row);
          }
        };
    if (usable) {
      reader.usableRows(take);
    } else {
      reader.rows(take);
    }
    return rows;
  }

  private static JsonNode one(List<JsonNode> rows, String type) {
    return rows.stream()
        .filter(row -> row.path("type").asText().equals(type))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSharedExchangeIsStoredWithoutWhatPointsToThePerson() throws IOException {
    // Given
    Events.Exchange exchange = Events.Exchange.fresh();
    String feedback = Uuid7.randomString();
    // When
    events.turn(exchange, "I am at 192.168.10.254, call +49 170 1234567", true);
    events.reply(exchange, "Your card 4111 1111 1111 1111 is known", true);
    events.reply(exchange, "Your card 4111 1111 1111 1111 is known", true);
    events.feedback(exchange, feedback, 0, true);
    events.feedback(exchange, feedback, 1, true);
    // Then
    await().atMost(SOON).until(() -> rowsOf(exchange.conversation(), true).size() == 4);
    List<JsonNode> rows = rowsOf(exchange.conversation(), true);
    JsonNode turn = one(rows, "turn");
    JsonNode reply = one(rows, "reply");
    JsonNode judged = one(rows, "feedback");
    assertEquals("I am at [IP], call [PHONE]", turn.path("text").asText());
    assertTrue(
        turn.path("history").isMissingNode(), "a kept conversation's history is rows already");
    assertEquals("Your card [CARD] is known", reply.path("text").asText());
    assertEquals("Mail me at [EMAIL]", judged.path("better_answer").asText());
    assertEquals(reply.path("reply").asText(), judged.path("reply").asText());
    assertEquals(reply.path("turn").asText(), turn.path("turn").asText());
    assertEquals(.8, judged.path("p_right").asDouble());
    assertNothingRaw(exchange, feedback);
  }

  private void assertNothingRaw(Events.Exchange exchange, String feedback) throws IOException {
    try (var files = Files.list(data.resolve("dataset"))) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        for (String raw :
            List.of(
                Events.PERSON,
                exchange.conversation(),
                exchange.turn(),
                exchange.reply(),
                feedback,
                "4111 1111",
                "anna@")) {
          assertFalse(text.contains(raw), () -> raw + " in " + file);
        }
      }
    }
  }

  @Test
  void withoutConsentNothingIsStored() throws IOException {
    Events.Exchange secret = Events.Exchange.fresh();
    Events.Exchange shared = Events.Exchange.in(secret.conversation());
    events.turn(secret, "between us", false);
    events.reply(secret, "between us", false);
    events.feedback(secret, Uuid7.randomString(), 0, false);
    events.turn(shared, "for all", true);
    events.reply(shared, "for all", true);
    events.feedback(shared, Uuid7.randomString(), 0, true);
    await().atMost(SOON).until(() -> rowsOf(secret.conversation(), false).size() == 3);
    assertEquals(
        List.of("for all", "for all"),
        rowsOf(secret.conversation(), false).stream()
            .filter(row -> row.has("text"))
            .map(row -> row.path("text").asText())
            .toList());
  }

  @Test
  void withdrawnConsentBuriesWhatIsThereAndKeepsOutWhatComesLate() throws IOException {
    // Given
    Events.Exchange exchange = Events.Exchange.fresh();
    events.turn(exchange, "first shared", true);
    events.reply(exchange, "then not", true);
    await().atMost(SOON).until(() -> rowsOf(exchange.conversation(), true).size() == 2);
    // When
    events.consent(exchange.conversation(), false);
    await().atMost(SOON).until(() -> rowsOf(exchange.conversation(), true).isEmpty());
    events.feedback(exchange, Uuid7.randomString(), 0, true);
    events.consent(exchange.conversation(), true);
    Events.Exchange next = Events.Exchange.in(exchange.conversation());
    events.turn(next, "shared again", true);
    // Then
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertTrue(
                    rowsOf(exchange.conversation(), true).stream()
                        .anyMatch(row -> row.path("text").asText().equals("shared again"))));
    assertTrue(
        rowsOf(exchange.conversation(), true).stream()
            .noneMatch(row -> row.path("text").asText().startsWith("first")));
  }

  @Test
  void aDeletedConversationIsBuried() throws IOException {
    Events.Exchange exchange = Events.Exchange.fresh();
    events.turn(exchange, "gone soon", true);
    await().atMost(SOON).until(() -> rowsOf(exchange.conversation(), true).size() == 1);
    events.delete(exchange.conversation());
    await().atMost(SOON).until(() -> rowsOf(exchange.conversation(), true).isEmpty());
  }

  @Test
  void whatCannotBeReadGoesToTheDeadLettersAndReadingGoesOn() throws IOException {
    // When
    events.bytes(Topics.TURNS, new byte[] {1, 2, 3});
    events.bytes(Topics.REPLIES, null);
    Events.Exchange exchange = Events.Exchange.fresh();
    events.turn(exchange, "after the poison", true);
    // Then
    await().atMost(SOON).until(() -> rowsOf(exchange.conversation(), true).size() == 1);
    await().atMost(SOON).until(() -> dead(Topics.TURNS.deadLetters()) >= 1);
    await().atMost(SOON).until(() -> dead(Topics.REPLIES.deadLetters()) >= 1);
  }

  private long dead(String topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", bootstrap),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      return consumer.endOffsets(List.of(partition)).get(partition);
    }
  }

  @Test
  void healthAndMetersAreOnTheManagementPort() {
    String management =
        "http://127.0.0.1:"
            + org.eclipse.microprofile.config.ConfigProvider.getConfig()
                .getValue("quarkus.management.test-port", Integer.class);
    await()
        .atMost(SOON)
        .untilAsserted(() -> given().get(management + "/q/health/ready").then().statusCode(200));
    Events.Exchange exchange = Events.Exchange.fresh();
    events.turn(exchange, "counted", true);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                given()
                    .get(management + "/q/metrics")
                    .then()
                    .statusCode(200)
                    .body(containsString("heed_learning_rows_total{type=\"turn\"}"))
                    .body(containsString("heed_learning_dataset_rows")));
  }
}
