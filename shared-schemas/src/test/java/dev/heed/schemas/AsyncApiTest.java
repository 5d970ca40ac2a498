package dev.heed.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/asyncapi.yaml says what {@link Topics} says, no less and no more. */
class AsyncApiTest {

  private static final Path FILE = Path.of("../docs/asyncapi.yaml");
  private static JsonNode document;

  @BeforeAll
  static void read() throws IOException {
    document = new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile());
  }

  private record Described(
      String key, Set<String> events, int partitions, Map<String, String> config, String dead) {}

  @Test
  void channelsAreTheTopics() {
    Map<String, Described> declared = new TreeMap<>();
    for (Topic topic : Topics.ALL) {
      declared.put(
          topic.name(),
          new Described(
              topic.key().name(),
              topic.events().stream().map(Class::getSimpleName).collect(Collectors.toSet()),
              topic.partitions(),
              new TreeMap<>(topic.config()),
              topic.deadLetters()));
    }
    Map<String, Described> described = new TreeMap<>();
    for (JsonNode channel : document.path("channels")) {
      described.put(channel.path("address").asText(), described(channel));
    }
    assertEquals("3.0.0", document.path("asyncapi").asText());
    assertEquals(declared, described);
    assertEquals(Topics.ALL.size(), document.path("channels").size());
  }

  private static Described described(JsonNode channel) {
    JsonNode kafka = channel.path("bindings").path("kafka");
    assertEquals(channel.path("address"), kafka.path("topic"));
    Set<String> events = new HashSet<>();
    channel.path("messages").fieldNames().forEachRemaining(events::add);
    for (String event : events) {
      assertEquals(
          "#/components/messages/" + event,
          channel.path("messages").path(event).path("$ref").asText());
    }
    Map<String, String> config = new TreeMap<>();
    kafka
        .path("topicConfiguration")
        .properties()
        .forEach(
            entry ->
                config.put(
                    entry.getKey(),
                    entry.getValue().isArray()
                        ? entry.getValue().get(0).asText()
                        : entry.getValue().asText()));
    return new Described(
        channel.path("x-heed-key").asText(),
        events,
        kafka.path("partitions").asInt(),
        config,
        channel.path("x-heed-dead-letters").asText());
  }

  @Test
  void sendOperationsAreTheWriters() {
    Set<String> declared = new HashSet<>();
    Topics.ALL.forEach(
        topic -> topic.writers().forEach(writer -> declared.add(writer + " " + topic.name())));
    List<String> described = new ArrayList<>();
    for (JsonNode operation : document.path("operations")) {
      String reference = operation.path("channel").path("$ref").asText();
      assertTrue(reference.startsWith("#/channels/"), reference);
      JsonNode channel = document.path("channels").path(reference.substring(11));
      assertTrue(channel.has("address"), reference);
      String service = operation.path("x-heed-service").asText();
      assertTrue(Topics.SERVICES.contains(service), service);
      if (operation.path("action").asText().equals("send")) {
        described.add(service + " " + channel.path("address").asText());
      } else {
        assertEquals("receive", operation.path("action").asText());
      }
    }
    assertEquals(declared, new HashSet<>(described));
    assertEquals(declared.size(), described.size());
  }

  @Test
  void messagesAreTheEventsAndPointAtTheNewestPublishedSchema() throws IOException {
    JsonNode messages = document.path("components").path("messages");
    Set<String> names = new HashSet<>();
    messages.fieldNames().forEachRemaining(names::add);
    assertEquals(
        SchemaCatalog.eventTypes().stream().map(Class::getSimpleName).collect(Collectors.toSet()),
        names);
    for (Class<? extends SpecificRecord> type : SchemaCatalog.eventTypes()) {
      JsonNode message = messages.path(type.getSimpleName());
      assertEquals(type.getName(), message.path("name").asText());
      Path schema =
          FILE.resolveSibling(message.path("payload").path("schema").path("$ref").asText());
      assertEquals(
          SchemaCatalog.fingerprint(PublishedSchemas.of(type.getSimpleName()).getLast()),
          SchemaCatalog.fingerprint(new Schema.Parser().parse(schema.toFile())),
          schema::toString);
    }
  }
}
