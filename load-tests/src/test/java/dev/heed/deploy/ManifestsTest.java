package dev.heed.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every overlay, rendered by kustomize: valid for the API server and true to the services. */
class ManifestsTest {

  private static final Map<String, List<JsonNode>> RENDERED = new HashMap<>();

  private static List<JsonNode> overlay(String name) {
    return RENDERED.computeIfAbsent(name, Repository::render);
  }

  private static List<JsonNode> of(String overlay, String... kinds) {
    Set<String> wanted = Set.of(kinds);
    return overlay(overlay).stream()
        .filter(node -> wanted.contains(node.path("kind").asText()))
        .toList();
  }

  private static List<JsonNode> workloads(String overlay) {
    return of(overlay, "Deployment", "StatefulSet");
  }

  private static String name(JsonNode node) {
    return node.path("metadata").path("name").asText();
  }

  private static JsonNode pod(JsonNode workload) {
    return workload.path("spec").path("template").path("spec");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production", "gpu"})
  void everyManifestFitsItsSchema(String overlay) {
    List<String> errors = new ArrayList<>();
    overlay(overlay).forEach(manifest -> errors.addAll(Schemas.errors(manifest)));
    assertEquals(List.of(), errors);
  }

  @Test
  void theSchemasRefuseWhatTheApiServerRefuses() {
    // Given
    ObjectNode deployment = workloads("local").getFirst().deepCopy();
    ObjectNode topic = of("local", "KafkaTopic").getFirst().deepCopy();
    // When: a misspelt field, a wrong type, a field that the resource lacks
    ((ObjectNode) pod(deployment)).put("serviceAcountName", "x");
    ((ObjectNode) deployment.path("spec")).put("replicas", "two");
    ((ObjectNode) topic.path("spec")).put("partition", 3);
    // Then
    assertEquals(2, Schemas.errors(deployment).size(), Schemas.errors(deployment)::toString);
    assertEquals(1, Schemas.errors(topic).size(), Schemas.errors(topic)::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production", "gpu"})
  void everyServiceIsThereOnceAndNoPodHasMoreRightsThanItNeeds(String overlay) {
    Set<String> names =
        workloads(overlay).stream()
            .map(ManifestsTest::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(Topics.SERVICES), names);
    for (JsonNode workload : workloads(overlay)) {
      JsonNode pod = pod(workload);
      assertFalse(pod.path("automountServiceAccountToken").asBoolean(true), name(workload));
      assertEquals(name(workload), pod.path("serviceAccountName").asText());
      assertTrue(pod.path("securityContext").path("runAsNonRoot").asBoolean(), name(workload));
      assertEquals(
          "RuntimeDefault",
          pod.at("/securityContext/seccompProfile/type").asText(),
          name(workload));
      List<JsonNode> containers = new ArrayList<>();
      pod.path("containers").forEach(containers::add);
      pod.path("initContainers").forEach(containers::add);
      for (JsonNode container : containers) {
        JsonNode context = container.path("securityContext");
        assertFalse(context.path("allowPrivilegeEscalation").asBoolean(true), name(workload));
        assertTrue(context.path("readOnlyRootFilesystem").asBoolean(), name(workload));
        assertEquals("ALL", context.at("/capabilities/drop/0").asText(), name(workload));
        assertTrue(container.at("/resources/limits").has("memory"), name(workload));
      }
    }
    for (JsonNode account : of(overlay, "ServiceAccount")) {
      assertFalse(account.path("automountServiceAccountToken").asBoolean(true), name(account));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production", "gpu"})
  void theTrainerSleepsUntilCalledAndHasNoMoreRightsThanItNeeds(String overlay) {
    JsonNode job = of(overlay, "Job").getFirst();
    JsonNode pod = pod(job);
    JsonNode container = pod.path("containers").get(0);
    assertTrue(job.at("/spec/suspend").asBoolean());
    assertFalse(pod.path("automountServiceAccountToken").asBoolean(true));
    assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean());
    assertTrue(container.at("/securityContext/readOnlyRootFilesystem").asBoolean());
    assertEquals("ALL", container.at("/securityContext/capabilities/drop/0").asText());
    // Its own bound comes before the kill.
    String args = container.path("args").toString();
    assertTrue(args.contains("--max-memory-mb=5000"), args);
    assertEquals("6Gi", container.at("/resources/limits/memory").asText());
    JsonNode claim =
        workloads(overlay).stream()
            .filter(w -> name(w).equals(Topics.LEARNING))
            .findFirst()
            .orElseThrow();
    assertEquals(
        name(claim.at("/spec/volumeClaimTemplates/0")) + "-" + name(claim) + "-0",
        pod.at("/volumes/1/persistentVolumeClaim/claimName").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void probesAndPortsAreThoseThatTheServicesOpen(String overlay) {
    JsonNode environment = environment(overlay);
    for (JsonNode workload : workloads(overlay)) {
      JsonNode container = pod(workload).path("containers").get(0);
      Map<String, Integer> ports = new TreeMap<>();
      container
          .path("ports")
          .forEach(p -> ports.put(p.path("name").asText(), p.path("containerPort").asInt()));
      assertEquals(environment.path("HEED_HTTP_PORT").asInt(), ports.get("http"));
      assertEquals(environment.path("HEED_MANAGEMENT_PORT").asInt(), ports.get("management"));
      Map.of("startupProbe", "started", "livenessProbe", "live", "readinessProbe", "ready")
          .forEach(
              (probe, end) -> {
                JsonNode get = container.path(probe).path("httpGet");
                assertEquals("/q/health/" + end, get.path("path").asText(), name(workload));
                assertEquals("management", get.path("port").asText(), name(workload));
              });
    }
  }

  private static JsonNode environment(String overlay) {
    return of(overlay, "ConfigMap").stream()
        .filter(map -> name(map).startsWith("heed-environment"))
        .findFirst()
        .orElseThrow()
        .path("data");
  }

  @Test
  void everyVariableIsOneThatTheServicesRead() {
    Set<String> known = ServiceFacts.environment();
    Set<String> set = new TreeSet<>();
    environment("production").fieldNames().forEachRemaining(set::add);
    for (JsonNode workload : workloads("production")) {
      pod(workload)
          .path("containers")
          .get(0)
          .path("env")
          .forEach(variable -> set.add(variable.path("name").asText()));
    }
    // Quarkus' own, and the one that config/kafka.properties reads.
    set.removeAll(
        Set.of("QUARKUS_CONFIG_LOCATIONS", "QUARKUS_SHUTDOWN_TIMEOUT", "KAFKA_USER_PASSWORD"));
    set.removeAll(known);
    assertEquals(Set.of(), set);
  }

  @Test
  void aDrainIsLongerThanTheLongestReplyAndEndsBeforeTheKill() {
    int deadline = seconds(fallback("heed.chat.deadline"));
    int drain = seconds(environment("production").path("QUARKUS_SHUTDOWN_TIMEOUT").asText());
    assertTrue(drain > deadline, drain + " s of drain for replies of " + deadline + " s");
    for (JsonNode workload : workloads("production")) {
      JsonNode container = pod(workload).path("containers").get(0);
      int first = container.at("/lifecycle/preStop/sleep/seconds").asInt();
      assertTrue(first > 0, name(workload));
      int grace = pod(workload).path("terminationGracePeriodSeconds").asInt();
      assertTrue(grace > first + drain, name(workload) + " is killed while it drains");
    }
  }

  private static String fallback(String key) {
    return ConfigKeys.all().stream()
        .filter(k -> k.name().equals(key))
        .findFirst()
        .orElseThrow()
        .fallback();
  }

  private static int seconds(String duration) {
    assertTrue(duration.matches("\\d+s"), duration);
    return Integer.parseInt(duration.substring(0, duration.length() - 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production", "gpu"})
  void onlySafetyWritesRepliesAndNobodyHasAllRights(String overlay) {
    Map<String, Set<String>> writers = new TreeMap<>();
    for (JsonNode user : of(overlay, "KafkaUser")) {
      assertEquals("tls", user.at("/spec/authentication/type").asText());
      for (JsonNode acl : user.at("/spec/authorization/acls")) {
        String topic = acl.at("/resource/name").asText();
        for (JsonNode operation : acl.path("operations")) {
          assertFalse(operation.asText().startsWith("All"), name(user));
          assertFalse(operation.asText().startsWith("Alter"), name(user));
          if (Set.of("Write", "Delete", "Create").contains(operation.asText())) {
            assertFalse(topic.equals("*"), name(user));
            writers.computeIfAbsent(topic, _ -> new TreeSet<>()).add(name(user));
          }
        }
      }
    }
    assertEquals(Set.of(Topics.SAFETY), writers.get(Topics.REPLIES.name()));
    for (Topic topic : Topics.ALL) {
      assertEquals(new TreeSet<>(topic.writers()), writers.get(topic.name()), topic::name);
    }
    JsonNode kafka = of(overlay, "Kafka").getFirst();
    assertEquals("simple", kafka.at("/spec/kafka/authorization/type").asText());
    for (JsonNode listener : kafka.at("/spec/kafka/listeners")) {
      assertTrue(listener.path("tls").asBoolean());
      assertEquals("tls", listener.at("/authentication/type").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void topicsHaveAsManyCopiesAsThereAreBrokers(String overlay) {
    int brokers =
        of(overlay, "KafkaNodePool").stream()
            .filter(pool -> pool.at("/spec/roles").toString().contains("broker"))
            .mapToInt(pool -> pool.at("/spec/replicas").asInt())
            .sum();
    for (JsonNode topic : of(overlay, "KafkaTopic")) {
      assertTrue(topic.at("/spec/replicas").asInt() <= brokers, name(topic));
      assertTrue(
          topic.at("/spec/config/min.insync.replicas").asInt()
              < Math.max(2, topic.at("/spec/replicas").asInt()),
          name(topic));
    }
  }

  @Test
  void scalersWatchGroupsAndMetricsThatExistAndStayWithinThePartitions() {
    List<JsonNode> scalers = of("production", "ScaledObject");
    assertEquals(5, scalers.size());
    for (JsonNode scaler : scalers) {
      String service = scaler.at("/spec/scaleTargetRef/name").asText();
      assertTrue(scaler.at("/spec/maxReplicaCount").asInt() <= Topics.TURNS.partitions(), service);
      for (JsonNode trigger : scaler.at("/spec/triggers")) {
        JsonNode metadata = trigger.path("metadata");
        switch (trigger.path("type").asText()) {
          case "kafka" -> {
            assertTrue(
                ServiceFacts.groups(service).contains(metadata.path("consumerGroup").asText()),
                service);
            String topic = metadata.path("topic").asText();
            assertTrue(Topics.ALL.stream().anyMatch(t -> t.name().equals(topic)), topic);
          }
          case "prometheus" -> {
            String query = metadata.path("query").asText();
            for (String metric : Queries.metrics(query)) {
              assertTrue(ServiceFacts.isMeter(metric), metric);
            }
          }
          case "cpu" -> assertTrue(metadata.path("value").asInt() > 0, service);
          default -> throw new AssertionError(trigger.toString());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void everyNetworkPathOfTheFlowIsOpenAndTheRestIsShut(String overlay) {
    Map<String, JsonNode> policies = new TreeMap<>();
    of(overlay, "NetworkPolicy").forEach(policy -> policies.put(name(policy), policy));
    JsonNode deny = policies.get("deny-all").path("spec");
    assertEquals("heed", deny.at("/podSelector/matchLabels/part-of").asText());
    assertEquals("[\"Ingress\",\"Egress\"]", deny.path("policyTypes").toString());
    assertFalse(deny.has("ingress") || deny.has("egress"));
    int kafkaPort = of(overlay, "Kafka").getFirst().at("/spec/kafka/listeners/0/port").asInt();
    assertEquals(
        kafkaPort,
        policies.get("services-to-kafka-and-dns").at("/spec/egress/0/ports/0/port").asInt());
    String kafka = Repository.text("k8s/base/config/kafka.properties");
    assertTrue(kafka.contains("kafka.bootstrap.servers=heed-kafka-bootstrap:" + kafkaPort));
    // No rule lets people reach anything but the two public services.
    for (JsonNode policy : policies.values()) {
      boolean fromOutside = policy.toString().contains("heed.dev/ingress");
      assertEquals(fromOutside, name(policy).equals("people-to-public-services"), name(policy));
    }
  }

  @Test
  void whatPodsMountExists() {
    Set<String> users =
        of("production", "KafkaUser").stream().map(ManifestsTest::name).collect(Collectors.toSet());
    for (JsonNode workload : workloads("production")) {
      for (JsonNode volume : pod(workload).path("volumes")) {
        if (volume.path("name").asText().equals("kafka-user")) {
          assertEquals(name(workload), volume.at("/secret/secretName").asText());
          assertTrue(users.contains(name(workload)));
        }
      }
      Set<String> volumes = new TreeSet<>();
      pod(workload).path("volumes").forEach(v -> volumes.add(v.path("name").asText()));
      workload.at("/spec/volumeClaimTemplates").forEach(claim -> volumes.add(name(claim)));
      for (JsonNode mount : pod(workload).path("containers").get(0).path("volumeMounts")) {
        assertTrue(volumes.contains(mount.path("name").asText()), mount::toString);
      }
    }
  }

  /** A service that may not read what its configuration reads would never get ready. */
  @Test
  void everyServiceMayReadTheTopicsOfItsConfiguration() {
    Map<String, Set<String>> readers = new TreeMap<>();
    for (JsonNode user : of("production", "KafkaUser")) {
      for (JsonNode acl : user.at("/spec/authorization/acls")) {
        if (acl.path("operations").toString().contains("Read")) {
          readers
              .computeIfAbsent(name(user), _ -> new TreeSet<>())
              .add(acl.at("/resource/name").asText());
        }
      }
    }
    int checked = 0;
    for (String service : Topics.SERVICES) {
      for (String topic : ServiceFacts.topicsRead(service)) {
        assertTrue(readers.get(service).contains(topic), service + " may not read " + topic);
        checked++;
      }
    }
    assertTrue(checked >= 8, "found only " + checked + " topics in the configurations");
    assertTrue(readers.get(Topics.INFERENCE).contains(Topics.MODEL_RELEASES.name()));
    assertTrue(readers.get(Topics.SAFETY).contains(Topics.MODEL_RELEASES.name()));
  }

  /** Whatever topic a service's sources name, its KafkaUser has some right to. */
  @Test
  void everyServiceHasARightToEachTopicThatItsSourcesName() throws ReflectiveOperationException {
    Map<String, Set<String>> rights = new TreeMap<>();
    for (JsonNode user : of("production", "KafkaUser")) {
      for (JsonNode acl : user.at("/spec/authorization/acls")) {
        rights
            .computeIfAbsent(name(user), _ -> new TreeSet<>())
            .add(acl.at("/resource/name").asText());
      }
    }
    int checked = 0;
    for (var entry : ServiceFacts.topicsNamed().entrySet()) {
      for (String topic : entry.getValue()) {
        assertTrue(
            rights.get(entry.getKey()).contains(topic),
            entry.getKey() + " has no right to " + topic);
        checked++;
      }
    }
    assertTrue(checked >= 18, "found only " + checked + " topics in the sources");
  }
}
