package dev.heed.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Validates as the API server does with strict field validation: Kubernetes' own OpenAPI and the
 * custom resources' schemas, cut down by load-tests/schemas/make.py.
 */
final class Schemas {

  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);
  private static final JsonNode KUBERNETES = Repository.json("load-tests/schemas/kubernetes.json");
  private static final JsonNode CRDS = Repository.json("load-tests/schemas/crds.json");
  private static final JsonNode COMPOSE = Repository.json("load-tests/schemas/compose-spec.json");

  /** The name of a built-in kind's definition starts with its group's Go package. */
  private static final Map<String, String> PACKAGES =
      new TreeMap<>(
          Map.of(
              "v1", "io.k8s.api.core.v1",
              "apps/v1", "io.k8s.api.apps.v1",
              "policy/v1", "io.k8s.api.policy.v1",
              "batch/v1", "io.k8s.api.batch.v1",
              "networking.k8s.io/v1", "io.k8s.api.networking.v1"));

  private Schemas() {}

  /** What is wrong with a manifest; a kind without a schema is wrong, too. */
  static List<String> errors(JsonNode manifest) {
    String version = manifest.path("apiVersion").asText();
    String kind = manifest.path("kind").asText();
    String name = kind + " " + manifest.path("metadata").path("name").asText() + ": ";
    ObjectNode schema;
    if (PACKAGES.containsKey(version)) {
      String definition = PACKAGES.get(version) + "." + kind;
      if (!KUBERNETES.path("definitions").has(definition)) {
        return List.of(name + "no schema of " + definition);
      }
      schema = KUBERNETES.deepCopy();
      schema.put("$ref", "#/definitions/" + definition);
    } else if (CRDS.has(version + "/" + kind)) {
      schema = openMetadata(CRDS.path(version + "/" + kind).deepCopy());
    } else {
      return List.of(name + "no schema of " + version);
    }
    return validate(schema, manifest).stream().map(name::concat).toList();
  }

  private static ObjectNode openMetadata(ObjectNode schema) {
    ((ObjectNode) schema.path("properties")).set("metadata", new ObjectMapper().createObjectNode());
    return schema;
  }

  /** What is wrong with a Compose file. */
  static List<String> composeErrors(JsonNode compose) {
    return validate(COMPOSE, compose);
  }

  private static List<String> validate(JsonNode schema, JsonNode node) {
    return FACTORY.getSchema(schema).validate(node).stream()
        .map(Object::toString)
        .sorted()
        .toList();
  }
}
