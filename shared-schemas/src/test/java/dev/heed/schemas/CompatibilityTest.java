package dev.heed.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FULL_TRANSITIVE: every version reads every other one, today's and all that were published. */
class CompatibilityTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PUBLISHED = Path.of("src/main/resources/dev/heed/schemas/published");

  static List<Class<? extends SpecificRecord>> eventTypes() {
    return SchemaCatalog.eventTypes();
  }

  private static boolean reads(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }

  @ParameterizedTest
  @MethodSource("eventTypes")
  void everyVersionReadsEveryOther(Class<? extends SpecificRecord> type) {
    List<Schema> versions = new ArrayList<>(PublishedSchemas.of(type.getSimpleName()));
    assertFalse(versions.isEmpty(), "no published version of " + type.getSimpleName());
    versions.add(SchemaCatalog.schemaOf(type));
    for (Schema reader : versions) {
      for (Schema writer : versions) {
        assertTrue(
            reads(reader, writer),
            () ->
                "version %d of %s cannot read version %d"
                    .formatted(
                        versions.indexOf(reader) + 1,
                        type.getSimpleName(),
                        versions.indexOf(writer) + 1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("eventTypes")
  void whatIsCompiledInIsPublished(Class<? extends SpecificRecord> type) throws IOException {
    String name = type.getSimpleName();
    List<Schema> versions = PublishedSchemas.of(name);
    assertEquals(
        shape(versions.getLast()),
        shape(SchemaCatalog.schemaOf(type)),
        () ->
            "%s.avsc has changed: publish it as published/%s.v%d.avsc (whole, with the shared types"
                    .formatted(name, name, versions.size() + 1)
                + " in it) and add that line to published/index");
  }

  /** A schema without its words: names, types, defaults, symbols. */
  private static JsonNode shape(Schema schema) throws IOException {
    return plain(JSON.readTree(schema.toString()));
  }

  private static JsonNode plain(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode plain = JSON.createArrayNode();
      array.forEach(element -> plain.add(plain(element)));
      return plain;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode plain = JSON.createObjectNode();
      object
          .properties()
          .forEach(
              field -> {
                if (!Set.of("doc", "avro.java.string").contains(field.getKey())) {
                  plain.set(field.getKey(), plain(field.getValue()));
                }
              });
      return plain.size() == 1 && plain.path("type").isTextual() ? plain.get("type") : plain;
    }
    return node;
  }

  @Test
  void theIndexListsEveryPublishedFileInOrder() throws IOException {
    List<String> index = Files.readAllLines(PUBLISHED.resolve("index"));
    Set<String> files;
    try (var list = Files.list(PUBLISHED)) {
      files =
          list.map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".avsc"))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    assertEquals(files, new TreeSet<>(index));
    assertEquals(files.size(), index.size());
    for (Class<?> type : eventTypes()) {
      List<String> versions =
          index.stream().filter(f -> f.startsWith(type.getSimpleName() + ".v")).toList();
      for (int i = 0; i < versions.size(); i++) {
        assertEquals(type.getSimpleName() + ".v" + (i + 1) + ".avsc", versions.get(i));
      }
    }
  }

  /** The check itself must notice what breaks one direction or both. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // a field without a default is added
        "{'name':'new','type':'string'},{'name':'at','type':'long','default':0}",
        // a field without a default is taken away, seen from the other side
        "{'name':'other','type':'long','default':0},{'name':'gone','type':'long'}",
        // a type changes
        "{'name':'at','type':'string','default':''}",
        // a symbol is added where there is no default symbol
        "{'name':'at','type':{'type':'enum','name':'E','symbols':['A','B']},'default':'A'}"
      })
  void theCheckNotices(String fields) {
    String before =
        fields.contains("'enum'")
            ? "{'name':'at','type':{'type':'enum','name':'E','symbols':['A']},'default':'A'}"
            : "{'name':'at','type':'long','default':0}";
    Schema old = record(before);
    Schema changed = record(fields);
    assertTrue(reads(old, old));
    assertFalse(reads(old, changed) && reads(changed, old), fields);
  }

  private static Schema record(String fields) {
    String definition = "{'type':'record','name':'R','fields':[" + fields + "]}";
    return new Schema.Parser().parse(definition.replace('\'', '"'));
  }
}
