package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The cluster's topics and rights are those that {@link Topics} declares. */
class KubernetesTopicsTest {

  private static final Path BASE = Path.of("../../k8s/base");

  @Test
  void everyTopicAndItsDeadLettersAreDeclaredAlike() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    for (Topic topic : Topics.ALL) {
      expected.put(topic.name(), topic.partitions() + " " + new TreeMap<>(topic.config()));
      expected.put(topic.deadLetters(), "1 {cleanup.policy=delete}");
    }
    Map<String, String> declared = new TreeMap<>();
    for (JsonNode topic : documents("topics.yaml")) {
      Map<String, String> config = new TreeMap<>();
      topic
          .path("spec")
          .path("config")
          .fields()
          .forEachRemaining(entry -> config.put(entry.getKey(), entry.getValue().asText()));
      config.remove("min.insync.replicas"); // the cluster's own choice
      declared.put(
          topic.path("metadata").path("name").asText(),
          topic.path("spec").path("partitions").asInt() + " " + config);
    }
    assertEquals(expected, declared);
  }

  @Test
  void everyTopicIsWrittenByItsWritersOnly() throws IOException {
    Map<String, TreeSet<String>> writers = new HashMap<>();
    for (JsonNode user : documents("users.yaml")) {
      String service = user.path("metadata").path("name").asText();
      for (JsonNode acl : user.path("spec").path("authorization").path("acls")) {
        for (JsonNode operation : acl.path("operations")) {
          if (operation.asText().equals("Write")
              && acl.path("resource").path("type").asText().equals("topic")) {
            writers
                .computeIfAbsent(acl.path("resource").path("name").asText(), _ -> new TreeSet<>())
                .add(service);
          }
        }
      }
    }
    for (Topic topic : Topics.ALL) {
      assertEquals(new TreeSet<>(topic.writers()), writers.get(topic.name()), topic::name);
    }
  }

  private static List<JsonNode> documents(String file) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    var parser = new YAMLFactory().createParser(BASE.resolve(file).toFile());
    new YAMLMapper()
        .readerFor(JsonNode.class)
        .<JsonNode>readValues(parser)
        .forEachRemaining(all::add);
    return all;
  }
}
