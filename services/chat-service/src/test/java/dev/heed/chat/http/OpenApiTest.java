package dev.heed.chat.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.broker.BrokerResource;
import dev.heed.chat.Client;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The served description of the API and the API are the same. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class OpenApiTest {

  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  @TestHTTPResource("/")
  URI base;

  @Inject Api api;

  private JsonNode description() {
    return Client.stranger(base).json("GET", "/q/openapi?format=json", "");
  }

  @Test
  void everyRouteIsDescribedAndNoOther() {
    Set<String> described = new TreeSet<>();
    for (var path : description().path("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> {
                if (METHODS.contains(method)) {
                  described.add(method + " " + path.getKey());
                }
              });
    }
    Set<String> served =
        api.table().stream()
            .map(
                route ->
                    route.method().name().toLowerCase(java.util.Locale.ROOT)
                        + " "
                        + route.path().replaceAll(":(\\w+)", "{$1}"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(served, described);
  }

  @Test
  void everyParameterOfAPathAndEveryReferenceIsDescribed() {
    JsonNode description = description();
    for (var path : description.path("paths").properties()) {
      Set<String> named =
          description.path("paths").path(path.getKey()).findValues("$ref").stream()
              .map(ref -> description.at(ref.asText().substring(1)))
              .filter(parameter -> parameter.path("in").asText().equals("path"))
              .map(parameter -> parameter.path("name").asText())
              .collect(Collectors.toSet());
      path.getValue().findParents("in").forEach(p -> named.add(p.path("name").asText()));
      for (String part : path.getKey().split("/", -1)) {
        if (part.startsWith("{")) {
          assertTrue(named.contains(part.substring(1, part.length() - 1)), path::getKey);
        }
      }
    }
    List<JsonNode> references = new ArrayList<>(description.findValues("$ref"));
    assertTrue(references.size() > 20);
    for (JsonNode reference : references) {
      assertFalse(
          description.at(reference.asText().substring(1)).isMissingNode(), reference::asText);
    }
  }
}
