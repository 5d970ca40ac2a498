package dev.heed.chat;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.schemas.Uuid7;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is turned down and with which answer; nothing that a person wrote comes back in it. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class BadRequestTest {

  private static final String WORDS = "what a person wrote";
  private static final String OPENAI = "/v1/chat/completions";
  private static final String TURNS = "/v1/conversations/{mine}/turns";
  private static final String ASK =
      "'model':'smollm2-135m-instruct','messages':[{'role':'user','content':'x'}]";

  @TestHTTPResource("/")
  URI base;

  private final HttpClient http = HttpClient.newHttpClient();
  private String mine;

  /** A request, and the status and the last part of the type (or OpenAI's code) that it gets. */
  private record Bad(String method, String path, String body, int status, String slug) {}

  @BeforeEach
  void open() {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              var created =
                  send("POST", "/v1/conversations", "{}".getBytes(StandardCharsets.UTF_8), "me");
              mine = created.body().replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
              return created.statusCode() == 201;
            });
  }

  private static Bad turn(String body, String slug) {
    return new Bad("POST", TURNS, body, slug.equals("bad-json") ? 400 : 422, slug);
  }

  private static Bad openAi(String fields, String code) {
    int status = code.equals("model_not_found") ? 404 : 400;
    return new Bad("POST", OPENAI, "{" + fields + "}", status, code);
  }

  private static Stream<Bad> turns() {
    return Stream.of(
        turn("", "bad-json"),
        turn("{", "bad-json"),
        turn("[]", "bad-json"),
        turn("null", "bad-json"),
        turn("'text'", "bad-json"),
        turn("{} {}", "bad-json"),
        turn("{'text':'a','text':'b'}", "bad-json"),
        turn("{'text':" + "[".repeat(10_000), "bad-json"),
        turn("{'a':".repeat(5_000), "bad-json"),
        turn("{'text':'" + WORDS, "bad-json"),
        turn("{}", "invalid-fields"),
        turn("{'text':null}", "invalid-fields"),
        turn("{'text':1}", "invalid-fields"),
        turn("{'text':['" + WORDS + "']}", "invalid-fields"),
        turn("{'text':''}", "invalid-fields"),
        turn("{'text':'  '}", "invalid-fields"),
        turn("{'text':'" + "x".repeat(16_001) + "'}", "invalid-fields"),
        turn("{'text':'a\\u0000b'}", "invalid-fields"),
        turn("{'text':'a\\ud800b'}", "invalid-fields"),
        turn("{'text':'a','max_tokens':0}", "invalid-fields"),
        turn("{'text':'a','max_tokens':1e9}", "invalid-fields"),
        turn("{'text':'a','max_tokens':'many'}", "invalid-fields"),
        turn("{'text':'a','temperature':-1}", "invalid-fields"),
        turn("{'text':'a','temperature':'hot'}", "invalid-fields"),
        turn("{'text':'a','top_p':2}", "invalid-fields"),
        turn("{'text':'a','top_k':-1}", "invalid-fields"),
        turn("{'text':'a','seed':1.5}", "invalid-fields"),
        turn("{'text':'a','stop':['']}", "invalid-fields"),
        turn("{'text':'a','stop':{}}", "invalid-fields"));
  }

  private static Stream<Bad> openAis() {
    return Stream.of(
        openAi("", "invalid_fields"),
        openAi("'model':'smollm2-135m-instruct'", "invalid_fields"),
        openAi("'model':'" + WORDS + "','messages':[]", "model_not_found"),
        openAi("'model':7", "invalid_fields"),
        openAi("'model':'smollm2-135m-instruct','messages':[]", "invalid_fields"),
        openAi("'model':'smollm2-135m-instruct','messages':'" + WORDS + "'", "invalid_fields"),
        openAi(ASK.replace("user", "tool"), "invalid_fields"),
        openAi(ASK.replace("user", "assistant"), "invalid_fields"),
        openAi(ASK.replace("'x'", "7"), "invalid_fields"),
        openAi(ASK.replace("'x'", "[{'type':'image_url'}]"), "invalid_fields"),
        openAi(ASK + ",'n':2", "invalid_fields"),
        openAi(ASK + ",'stream':'yes'", "invalid_fields"),
        openAi(ASK + ",'presence_penalty':3", "invalid_fields"),
        openAi(ASK + ",'user':7", "invalid_fields"));
  }

  private static Stream<Bad> paths() {
    String nobody = "/v1/conversations/" + Uuid7.randomString();
    return Stream.of(
        new Bad("GET", nobody, "", 404, "not-found"),
        new Bad("GET", "/v1/conversations/..%2f..%2fetc", "", 404, "not-found"),
        new Bad("DELETE", nobody, "", 404, "not-found"),
        new Bad("PATCH", nobody, "{'title':'x'}", 404, "not-found"),
        new Bad("POST", nobody + "/turns", "{'text':'x'}", 404, "not-found"),
        new Bad("PATCH", "/v1/conversations/{mine}", "{}", 422, "invalid-fields"),
        new Bad(
            "PATCH", "/v1/conversations/{mine}", "{'share_consent':'yes'}", 422, "invalid-fields"),
        new Bad("GET", "/v1/conversations/{mine}/replies/none/stream", "", 404, "not-found"),
        new Bad("POST", "/v1/conversations/{mine}/replies/none/cancel", "", 404, "not-found"),
        new Bad("GET", "/v1/models/none", "", 404, "model_not_found"),
        new Bad("GET", "/v1/nothing/here", "", 404, "not-found"));
  }

  @Test
  void everyBadRequestGetsItsAnswer() throws Exception {
    List<Bad> table = Stream.of(turns(), openAis(), paths()).flatMap(rows -> rows).toList();
    assertTrue(table.size() >= 50);
    for (Bad bad : table) {
      byte[] body = bad.body().replace('\'', '"').getBytes(StandardCharsets.UTF_8);
      var answer = send(bad.method(), bad.path().replace("{mine}", mine), body, "me");
      String row = bad.method() + " " + bad.path() + " " + head(bad.body()) + ": " + answer.body();
      assertEquals(bad.status(), answer.statusCode(), row);
      assertTrue(answer.body().contains(bad.slug() + "\""), row);
      assertFalse(answer.body().contains(WORDS), row);
    }
  }

  private static String head(String body) {
    return body.substring(0, Math.min(60, body.length()));
  }

  @Test
  void bytesThatAreNoTextAreTurnedDown() throws Exception {
    byte[] body = {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xC3, (byte) 0x28, '"', '}'};
    assertEquals(
        400, send("POST", "/v1/conversations/" + mine + "/turns", body, "me").statusCode());
  }

  @Test
  void aHugeBodyIsTurnedDown() throws Exception {
    byte[] body = new byte[300_000];
    var answer = send("POST", "/v1/conversations/" + mine + "/turns", body, "me");
    assertEquals(413, answer.statusCode());
    assertTrue(answer.body().contains("body-too-large"), answer.body());
  }

  @Test
  void anothersConversationIsNotFound() throws Exception {
    for (String method : List.of("GET", "DELETE")) {
      var answer = send(method, "/v1/conversations/" + mine, new byte[0], "somebody-else");
      assertEquals(404, answer.statusCode());
    }
    assertEquals(200, send("GET", "/v1/conversations/" + mine, new byte[0], "me").statusCode());
  }

  @Test
  void otherMediaTypesAreTurnedDown() throws Exception {
    var request =
        HttpRequest.newBuilder(base.resolve("/v1/conversations"))
            .header("Authorization", "Bearer me")
            .header("Content-Type", "text/xml")
            .POST(HttpRequest.BodyPublishers.ofString("<a/>"))
            .build();
    assertEquals(415, http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
  }

  private HttpResponse<String> send(String method, String path, byte[] body, String key)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
