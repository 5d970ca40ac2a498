package dev.heed.trust;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.broker.BrokerResource;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.EventRecords;
import dev.heed.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas of the built service: either answers for everybody, also when one is killed. */
class ReplicasIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final List<String> PEOPLE =
      IntStream.range(0, 24).mapToObj(i -> "p1_" + i).toList();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** A running replica. */
  private record Replica(Process process, int http, int management) {}

  @TempDir Path folder;

  private final BrokerResource broker = new BrokerResource();
  private final List<Replica> replicas = new ArrayList<>();
  private String servers;

  @BeforeEach
  void up() throws IOException {
    servers = broker.start().get("kafka.bootstrap.servers");
    replicas.add(start("one"));
    replicas.add(start("two"));
  }

  @AfterEach
  void down() throws InterruptedException {
    for (Replica replica : replicas) {
      replica.process().destroyForcibly().waitFor();
    }
    broker.stop();
  }

  private Replica start(String name) throws IOException {
    int http = BrokerResource.freePort();
    int management = BrokerResource.freePort();
    ProcessBuilder builder = TrustProgram.at(servers, http, management, folder.resolve(name));
    builder
        .environment()
        .putAll(
            Map.of(
                "HEED_SECRET", "a-secret-for-tests-of-32-characters-or-more",
                "HEED_OPERATOR_KEY", "key"));
    builder.redirectOutput(Path.of("target", "replica-" + name + ".log").toFile());
    return new Replica(builder.start(), http, management);
  }

  private static HttpResponse<String> get(int port, String path) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .header("Authorization", "Bearer key")
              .timeout(Duration.ofSeconds(5))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isReady(Replica replica) {
    var answer = get(replica.management(), "/q/health/ready");
    return answer != null && answer.statusCode() == 200;
  }

  /** Of how many people a replica knows how often they rated. */
  private static long known(Replica replica, int ratings) {
    return PEOPLE.stream()
        .map(person -> get(replica.http(), "/v1/users/" + person))
        .filter(answer -> answer != null && answer.statusCode() == 200)
        .filter(answer -> answer.body().contains("\"ratings\":" + ratings + ","))
        .count();
  }

  private void rate(String item) {
    EventCodec codec = EventCodec.ofKnown();
    Map<String, Object> kafka = Map.of("bootstrap.servers", servers);
    try (var producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      for (String person : PEOPLE) {
        var given = Samples.feedback(person, item + person, "down", .9).build();
        producer.send(
            EventRecords.record(codec, Topics.FEEDBACK_EVENTS, person, given, Topics.FEEDBACK));
      }
    }
  }

  @Test
  void eitherReplicaAnswersForEverybodyAndOneAloneGoesOn() throws Exception {
    await().atMost(LIMIT).until(() -> replicas.stream().allMatch(ReplicasIT::isReady));
    // When
    rate("first");
    // Then: whoever is asked, wherever the person's partition is
    for (Replica replica : replicas) {
      await().atMost(LIMIT).until(() -> known(replica, 1) == PEOPLE.size());
    }
    await().atMost(LIMIT).until(() -> summary(replicas.getFirst()).path("complete").asBoolean());
    JsonNode one = summary(replicas.getFirst());
    assertEquals(PEOPLE.size(), one.path("people").asInt());
    assertEquals(one.path("reliability"), summary(replicas.getLast()).path("reliability"));
    assertTrue(shares(folder.resolve("one")) > 0 && shares(folder.resolve("two")) > 0);
    // When: the first is killed, the other takes over from its standbys
    replicas.removeFirst().process().destroyForcibly().waitFor();
    rate("second");
    await().atMost(LIMIT).until(() -> known(replicas.getFirst(), 2) == PEOPLE.size());
  }

  private static JsonNode summary(Replica replica) throws IOException {
    return new ObjectMapper().readTree(get(replica.http(), "/v1/trust/summary").body());
  }

  /** Partitions whose stores a replica holds on disk. */
  private static long shares(Path data) throws IOException {
    try (var files = Files.walk(data)) {
      return files.filter(file -> file.getFileName().toString().equals("scores")).count();
    }
  }
}
