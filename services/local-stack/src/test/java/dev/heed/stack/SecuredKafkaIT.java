package dev.heed.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code heed up --kafka} against a broker with TLS, passwords and the rights of users.yaml. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredKafkaIT {

  private static final String PERSON = "secured-person";
  private static SecuredBroker broker;
  private static Stack stack;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws Exception {
    int ports = Stack.freeRange();
    broker = new SecuredBroker(folder.resolve("broker"), ports, ports + 1);
    stack = Stack.inNewFolder().withMatcherOnly();
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
    broker.close();
  }

  private static Stack.Outcome up(Path clients) throws Exception {
    return stack.heed(
        "up",
        "--detach",
        "--port",
        Integer.toString(stack.port()),
        "--kafka",
        broker.servers(),
        "--kafka-config",
        clients.toString());
  }

  @Test
  @Order(1)
  void nobodyWritesATopicThatIsNotTheirs() throws Exception {
    for (String service : Topics.SERVICES) {
      Map<String, Object> client = new HashMap<>(broker.clientOf(service));
      client.put("max.block.ms", "10000");
      try (var producer =
          new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
        for (Topic topic : Topics.ALL) {
          if (!topic.writers().contains(service)) {
            var sent = producer.send(new ProducerRecord<>(topic.name(), "key", new byte[] {1}));
            var refused = assertThrows(ExecutionException.class, sent::get, topic::name);
            assertInstanceOf(AuthorizationException.class, refused.getCause());
          }
        }
      }
    }
  }

  @Test
  @Order(2)
  void aWrongPasswordIsRefusedAndSaidSo() throws Exception {
    // Given
    Path wrong = Files.createDirectories(folder.resolve("wrong"));
    for (Path file : Files.list(broker.clients()).toList()) {
      String text = Files.readString(file).replace("password of", "guess of");
      Files.writeString(wrong.resolve(file.getFileName()), text);
    }
    // When
    Stack.Outcome outcome = up(wrong);
    // Then
    assertEquals(1, outcome.code(), outcome.out());
    assertTrue(outcome.out().contains("does not let us in"), outcome.out());
  }

  @Test
  @Order(3)
  void theWholeFlowWorksWithEachServicesOwnRights() throws Exception {
    // When
    Stack.Outcome outcome = up(broker.clients());
    assertEquals(0, outcome.code(), outcome.out());
    assertFalse(outcome.out().contains("broker"), outcome.out());
    assertEquals(broker.servers(), stack.status().path("kafka").asText());
    String conversation = new ChatClient(stack.url(), PERSON).open();
    Talk talk = Talk.say(stack, PERSON, conversation, "Name three rivers.", 24);
    // Then
    assertEquals("done", talk.end(), talk::toString);
    assertFalse(talk.shown().isBlank());
    String thumb =
        "{\"reply_id\":\"%s\",\"kind\":\"thumbs\",\"label\":\"up\"}".formatted(talk.replyId());
    assertEquals(202, stack.request("POST", "/v1/feedback", PERSON, thumb).statusCode());
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              String metrics = stack.request("GET", "/q/metrics", PERSON, null).body();
              Optional<String> weighed =
                  metrics.lines().filter(l -> l.startsWith("heed_trust_p_right_count")).findFirst();
              assertTrue(weighed.orElse("").endsWith(" 1.0"), weighed::toString);
            });
    assertTrue(
        stack.json("GET", "/v1/conversations/" + conversation, PERSON, null).path("messages").size()
            == 2);
    stack.down();
  }

  @Test
  @Order(4)
  void aServiceWithAnothersCredentialsNeverGetsReady() throws Exception {
    // Given: inference-service's name and password where safety-service's belong
    Path swapped = Files.createDirectories(folder.resolve("swapped"));
    for (Path file : Files.list(broker.clients()).toList()) {
      Files.copy(file, swapped.resolve(file.getFileName()));
    }
    Files.copy(
        broker.clients().resolve("inference-service.properties"),
        swapped.resolve("safety-service.properties"),
        StandardCopyOption.REPLACE_EXISTING);
    Path home = Path.of("../..").toAbsolutePath().normalize();
    var kafka = new ForeignKafka(broker.servers(), Optional.of(swapped));
    var folders = new StackFolders(home, folder.resolve("swapped-data"));
    Files.createDirectories(folder.resolve("swapped-data/logs"));
    Ports ports = new Ports(stack.port());
    ChildProgram safety =
        new Programs(folders, ports, folder, Optional.of(kafka))
            .service(new Replica(ServiceSpec.SAFETY, 1));
    // When
    safety.start();
    try {
      // Then
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> Files.readString(safety.log()).contains("Not authorized"));
      assertFalse(safety.isReady());
    } finally {
      safety.stop(Duration.ofSeconds(10));
    }
  }

  @Test
  @Order(5)
  void anAddressWithoutAPortIsAWrongUse() throws Exception {
    Stack.Outcome outcome = stack.heed("up", "--kafka", "somewhere");
    assertEquals(1, outcome.code());
    assertTrue(outcome.out().contains("host:port"), outcome.out());
    try (Admin admin = Admin.create(broker.clientOf("admin"))) {
      assertTrue(admin.listTopics().names().get().contains(Topics.REPLIES.name()));
    }
    var stranger = new HashMap<>(broker.clientOf("chat-service"));
    stranger.computeIfPresent(
        "sasl.jaas.config",
        (_, jaas) -> jaas.toString().replace("username=\"chat-", "username=\"safety-"));
    try (Admin admin = Admin.create(stranger)) {
      var refused = assertThrows(ExecutionException.class, () -> admin.listTopics().names().get());
      assertInstanceOf(SaslAuthenticationException.class, refused.getCause());
    }
  }
}
