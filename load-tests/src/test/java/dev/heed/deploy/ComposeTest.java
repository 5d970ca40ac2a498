package dev.heed.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** docker-compose.yml is valid and starts what there is, with what there is. */
class ComposeTest {

  private static final JsonNode COMPOSE = load();

  /** SnakeYAML merges anchors ({@code <<}), as Compose does. */
  private static JsonNode load() {
    Object loaded = new Yaml().load(Repository.text("docker-compose.yml"));
    return new ObjectMapper().valueToTree(loaded);
  }

  @Test
  void itFitsTheComposeSpecification() {
    assertEquals(List.of(), Schemas.composeErrors(COMPOSE));
    ObjectNode broken = COMPOSE.deepCopy();
    ((ObjectNode) broken.path("services").path("kafka")).put("imagee", "x");
    assertFalse(Schemas.composeErrors(broken).isEmpty());
  }

  /**
   * What Compose itself makes of it: variables filled in, anchors merged, every reference right.
   */
  @Test
  void composeItselfTakesIt() throws IOException {
    Repository.Outcome outcome = config(Repository.text("docker-compose.yml"));
    assertEquals(0, outcome.code(), outcome.err());
    JsonNode config = Repository.yaml(outcome.out()).getFirst();
    Set<String> services = new TreeSet<>();
    config.path("services").fieldNames().forEachRemaining(services::add);
    assertTrue(services.containsAll(Topics.SERVICES), services::toString);
    assertEquals(
        "a-secret-for-this-check",
        config.at("/services/chat-service/environment/HEED_SECRET").asText());
    String broken =
        Repository.text("docker-compose.yml").replace("kafka: {condition:", "kafkaa: {condition:");
    assertTrue(config(broken).code() != 0, "a service that is not declared was waited for");
  }

  /** {@code docker compose config} of a file in the place of ours. */
  private static Repository.Outcome config(String compose) throws IOException {
    List<String> tool = composeTool();
    List<String> asked = new ArrayList<>(tool);
    asked.addAll(List.of("version", "--short"));
    boolean first = Repository.run(asked).out().strip().startsWith("1.");
    // Compose 1 has no name at the top; it is what Debian packages.
    String text = first ? compose.replace("name: heed\n", "") : compose;
    Path file = Files.createTempFile("heed-compose", ".yml");
    Files.writeString(file, text);
    List<String> command = new ArrayList<>(List.of("env", "HEED_SECRET=a-secret-for-this-check"));
    command.add("HEED_MODEL=" + Repository.HOME.resolve("models"));
    command.addAll(tool);
    command.addAll(
        List.of(
            "--project-directory", Repository.HOME.toString(), "-f", file.toString(), "config"));
    return Repository.run(command);
  }

  /** HEED_COMPOSE, else the plugin of the docker client, else docker-compose on the PATH. */
  private static List<String> composeTool() {
    String named = System.getenv("HEED_COMPOSE");
    if (named != null && !named.isBlank()) {
      return List.of(named.split(" "));
    }
    boolean plugin = Repository.run(List.of("sh", "-c", "docker compose version")).code() == 0;
    return plugin ? List.of("docker", "compose") : List.of("docker-compose");
  }

  @Test
  void everyServiceIsThereUnprivilegedWithVariablesThatItReads() {
    Set<String> known = new TreeSet<>(ServiceFacts.environment());
    known.add("QUARKUS_SHUTDOWN_TIMEOUT");
    for (String name : Topics.SERVICES) {
      JsonNode service = COMPOSE.path("services").path(name);
      assertEquals(name, service.at("/build/args/SERVICE").asText());
      assertEquals("heed/" + name + ":0.1.0", service.path("image").asText());
      assertTrue(service.path("read_only").asBoolean(), name);
      assertEquals("ALL", service.path("cap_drop").path(0).asText(), name);
      Set<String> variables = new TreeSet<>();
      service.path("environment").fieldNames().forEachRemaining(variables::add);
      assertTrue(variables.containsAll(Set.of("KAFKA_BOOTSTRAP_SERVERS", "HEED_SECRET")), name);
      variables.removeAll(known);
      assertEquals(Set.of(), variables, name);
      assertTrue(
          service.at("/depends_on/topics/condition").asText().endsWith("completed_successfully"));
    }
  }

  @Test
  void everyMountIsAFileOfTheCheckoutOrADeclaredVolume() {
    var volumes = new TreeSet<String>();
    COMPOSE.path("volumes").fieldNames().forEachRemaining(volumes::add);
    List<String> missing = new ArrayList<>();
    COMPOSE
        .path("services")
        .forEach(
            service ->
                service
                    .path("volumes")
                    .forEach(
                        volume -> {
                          String from = volume.asText().split(":")[0];
                          boolean isThere =
                              from.startsWith("./")
                                  ? Files.exists(Repository.HOME.resolve(from))
                                  : from.startsWith("${") || volumes.contains(from);
                          if (!isThere) {
                            missing.add(volume.asText());
                          }
                        }));
    assertEquals(List.of(), missing);
  }

  @Test
  void onlyLoopbackIsPublished() {
    COMPOSE
        .path("services")
        .forEach(
            service ->
                service
                    .path("ports")
                    .forEach(port -> assertTrue(port.asText().startsWith("127.0.0.1:"))));
  }

  @Test
  void prometheusScrapesEveryService() {
    JsonNode config = Repository.yaml(Repository.text("k8s/compose/prometheus.yml")).getFirst();
    var scraped = new TreeMap<String, String>();
    config
        .at("/scrape_configs/0/static_configs")
        .forEach(
            target ->
                scraped.put(
                    target.at("/labels/service").asText(), target.at("/targets/0").asText()));
    assertEquals(new TreeSet<>(Topics.SERVICES), scraped.keySet());
    scraped.forEach((service, target) -> assertEquals(service + ":9000", target));
  }
}
