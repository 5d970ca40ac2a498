package dev.heed.chat;

import static dev.heed.chat.Flow.chunk;
import static dev.heed.chat.Flow.failed;
import static dev.heed.chat.Flow.filtered;
import static dev.heed.chat.Flow.last;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.heed.broker.BrokerResource;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.Role;
import dev.heed.schemas.events.TokenLogprob;
import dev.heed.schemas.events.TopLogprob;
import dev.heed.schemas.events.TurnSubmitted;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shapes of OpenAI's API; the official client itself is FlowIT's. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class OpenAiTest {

  private static final String PATH = "/v1/chat/completions";

  @TestHTTPResource("/")
  URI base;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private Flow flow;
  private Client me;
  private String mark;

  @BeforeEach
  void start() {
    flow = new Flow(bootstrap);
    me = Client.stranger(base);
    me.open();
    mark = "question-" + Uuid7.randomString();
  }

  @AfterEach
  void stop() {
    flow.close();
  }

  private String ask(String more) {
    return "{'model':'smollm2-135m-instruct','messages':[{'role':'system','content':'Be brief.'},"
        + "{'role':'user','content':[{'type':'text','text':'"
        + mark
        + "'}]}]"
        + more
        + "}";
  }

  private TurnSubmitted turn() {
    return await()
        .until(
            () ->
                flow.turns().stream()
                    .filter(t -> t.getMessages().getLast().getText().equals(mark))
                    .findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  private CompletableFuture<HttpResponse<String>> whole(String more) {
    return CompletableFuture.supplyAsync(() -> me.send("POST", PATH, ask(more)));
  }

  private Sse stream(String more) {
    return me.stream("POST", PATH, ask(",'stream':true" + more));
  }

  private static String text(List<Sse.Event> events) {
    StringBuilder text = new StringBuilder();
    events.stream()
        .filter(event -> event.data().startsWith("{"))
        .forEach(event -> text.append(event.json().at("/choices/0/delta/content").asText("")));
    return text.toString();
  }

  @Test
  void aWholeReply() throws Exception {
    // When
    var answer =
        whole(
            ",'max_tokens':9,'temperature':0,'seed':7,'stop':['END'],'presence_penalty':1,'user':'u'");
    TurnSubmitted turn = turn();
    flow.send(chunk(turn, 1, 0, "Hi "));
    flow.send(last(turn, 1, 1, "there.", "Hi there.").setFinishReason(FinishReason.LENGTH));
    // Then
    JsonNode body = Client.read(answer.get(20, TimeUnit.SECONDS).body());
    assertEquals("chatcmpl-" + turn.getReplyId(), body.path("id").asText());
    assertEquals("chat.completion", body.path("object").asText());
    assertEquals("Hi there.", body.at("/choices/0/message/content").asText());
    assertEquals("assistant", body.at("/choices/0/message/role").asText());
    assertEquals("length", body.at("/choices/0/finish_reason").asText());
    assertEquals(9, body.at("/usage/total_tokens").asInt());
    // and all of it was handed on
    assertEquals(9, turn.getSampling().getMaxTokens());
    assertEquals(7, turn.getSampling().getSeed());
    assertEquals(1, turn.getSampling().getPresencePenalty());
    assertEquals(List.of("END"), turn.getSampling().getStop());
    assertEquals(Role.SYSTEM, turn.getMessages().getFirst().getRole());
    assertTrue(!turn.getStored() && !turn.getShareConsent());
  }

  @Test
  void aStreamWithUsage() {
    try (Sse stream = stream(",'stream_options':{'include_usage':true}")) {
      TurnSubmitted turn = turn();
      flow.send(chunk(turn, 1, 0, "Hi "), last(turn, 1, 1, "there.", "Hi there."));
      List<Sse.Event> events = stream.rest();
      assertEquals("[DONE]", events.getLast().data());
      assertEquals("assistant", events.getFirst().json().at("/choices/0/delta/role").asText());
      assertEquals("Hi there.", text(events));
      JsonNode end = events.get(events.size() - 3).json();
      assertEquals("stop", end.at("/choices/0/finish_reason").asText());
      JsonNode usage = events.get(events.size() - 2).json();
      assertEquals(0, usage.path("choices").size());
      assertEquals(7, usage.at("/usage/prompt_tokens").asInt());
      for (Sse.Event event : events.subList(0, events.size() - 1)) {
        assertEquals("chat.completion.chunk", event.json().path("object").asText());
      }
    }
  }

  @Test
  void aRefusalIsAContentFilter() throws Exception {
    var answer = whole("");
    flow.send(filtered(turn(), ReplyKind.REFUSAL, 0, 0, "Let us not."));
    JsonNode body = Client.read(answer.get(20, TimeUnit.SECONDS).body());
    assertEquals("content_filter", body.at("/choices/0/finish_reason").asText());
    assertEquals("Let us not.", body.at("/choices/0/message/content").asText());
  }

  @Test
  void aWithdrawalEndsAStreamAsAContentFilter() throws Exception {
    try (Sse stream = stream("")) {
      TurnSubmitted turn = turn();
      flow.send(chunk(turn, 1, 0, "Bad "));
      flow.send(filtered(turn, ReplyKind.WITHDRAWAL, 1, 1, "Let us not."));
      List<Sse.Event> events = stream.rest();
      JsonNode end = events.get(events.size() - 2).json();
      assertEquals("content_filter", end.at("/choices/0/finish_reason").asText());
    }
    // and a whole answer holds nothing of what was taken back
    mark = "question-" + Uuid7.randomString();
    var answer = whole("");
    TurnSubmitted turn = turn();
    flow.send(chunk(turn, 1, 0, "Bad "));
    flow.send(filtered(turn, ReplyKind.WITHDRAWAL, 1, 1, "Let us not."));
    JsonNode body = Client.read(answer.get(20, TimeUnit.SECONDS).body());
    assertEquals("Let us not.", body.at("/choices/0/message/content").asText());
  }

  @Test
  void aNewAttemptThatSaysTheSameGoesOnSeamlessly() {
    try (Sse stream = stream("")) {
      TurnSubmitted turn = turn();
      flow.send(chunk(turn, 1, 0, "One "), chunk(turn, 1, 1, "two "));
      flow.send(chunk(turn, 2, 0, "On"), chunk(turn, 2, 1, "e two three "));
      flow.send(last(turn, 2, 2, "four.", "One two three four."));
      List<Sse.Event> events = stream.rest();
      assertEquals("One two three four.", text(events));
      assertEquals("[DONE]", events.getLast().data());
      assertTrue(events.stream().noneMatch(event -> event.data().contains("\"error\"")));
    }
  }

  @Test
  void aNewAttemptThatSaysOtherwiseEndsWithAClearError() {
    try (Sse stream = stream("")) {
      TurnSubmitted turn = turn();
      flow.send(chunk(turn, 1, 0, "One "), chunk(turn, 2, 0, "Other "));
      List<Sse.Event> events = stream.rest();
      assertEquals("One ", text(events));
      JsonNode error = events.get(events.size() - 2).json().path("error");
      assertEquals("restarted", error.path("code").asText());
      assertEquals("[DONE]", events.getLast().data());
      // and the model need not go on
      await().until(() -> !flow.cancelled(turn.getReplyId()).isEmpty());
    }
  }

  @Test
  void aNewAttemptThatEndsEarlyIsNoSeamlessEnd() {
    try (Sse stream = stream("")) {
      TurnSubmitted turn = turn();
      flow.send(chunk(turn, 1, 0, "One two "), last(turn, 2, 0, "One", "One"));
      assertTrue(stream.rest().stream().anyMatch(e -> e.data().contains("\"restarted\"")));
    }
  }

  @ParameterizedTest
  @CsvSource({"overloaded,503", "prompt_too_long,400", "model_error,503"})
  void aFailureHasAStatus(String code, int status) throws Exception {
    var answer = whole("");
    flow.send(failed(turn(), 1, 0, code));
    HttpResponse<String> response = answer.get(20, TimeUnit.SECONDS);
    assertEquals(status, response.statusCode(), response.body());
    assertTrue(Client.read(response.body()).path("error").has("message"), response.body());
  }

  @Test
  void aFailureEndsAStreamWithAnError() {
    try (Sse stream = stream("")) {
      flow.send(failed(turn(), 1, 0, "model_error"));
      List<Sse.Event> events = stream.rest();
      assertEquals("failed", events.get(events.size() - 2).json().at("/error/code").asText());
      assertEquals("[DONE]", events.getLast().data());
    }
  }

  @Test
  void whoLeavesAStreamFreesTheModelAtOnce() {
    TurnSubmitted turn;
    try (Sse stream = stream("")) {
      turn = turn();
      flow.send(chunk(turn, 1, 0, "One "));
      stream.next();
    }
    await().until(() -> !flow.cancelled(turn.getReplyId()).isEmpty());
    assertEquals(
        CancelReason.PERSON_LEFT, flow.cancelled(turn.getReplyId()).getFirst().getReason());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "n|2",
        "logit_bias|{'the':1}",
        "logit_bias|{'5':101}",
        "logit_bias|{'5':'x'}",
        "logit_bias|[5]",
        "typical_p|0",
        "no_repeat_ngram_size|-1",
        "logprobs|1",
        "top_logprobs|3",
        "tools|[{'type':'function'}]",
        "tool_choice|'auto'",
        "functions|[{'name':'f'}]",
        "response_format|{'type':'json_object'}",
        "modalities|['text','audio']",
        "audio|{'voice':'x'}",
        "store|true",
        "reasoning_effort|'high'",
        "temperature|9",
        "seed|'x'"
      },
      delimiter = '|')
  void whatIsNotDoneIsRefusedByName(String field, String value) {
    var answer = me.send("POST", PATH, ask(",'" + field + "':" + value));
    assertEquals(400, answer.statusCode(), answer.body());
    JsonNode error = Client.read(answer.body()).path("error");
    assertEquals(field, error.path("param").asText());
    assertTrue(error.path("message").asText().startsWith(field + " "), answer.body());
    assertEquals("invalid_request_error", error.path("type").asText());
  }

  @Test
  void howToDrawReachesTheModel() {
    try (Sse stream =
        stream(",'typical_p':0.9,'no_repeat_ngram_size':3,'logit_bias':{'7':-100,'8':1.5}")) {
      TurnSubmitted turn = turn();
      assertEquals(0.9, turn.getSampling().getTypicalP());
      assertEquals(3, turn.getSampling().getNoRepeatNgram());
      assertEquals(Map.of("7", -100.0, "8", 1.5), turn.getSampling().getLogitBias());
      flow.send(last(turn, 1, 0, "Hi.", "Hi."));
      assertEquals("[DONE]", stream.rest().getLast().data());
    }
  }

  @Test
  void probabilitiesComeWithTheirTokens() throws Exception {
    var answer = whole(",'logprobs':true");
    TurnSubmitted turn = turn();
    assertEquals(0, turn.getSampling().getTopLogprobs());
    List<TokenLogprob> tokens =
        List.of(
            new TokenLogprob("Hi", -0.5, List.of(new TopLogprob("Hi", -0.5))),
            new TokenLogprob(".", -0.25, List.of()));
    flow.send(last(turn, 1, 0, "Hi.", "Hi.").setLogprobs(tokens));

    JsonNode choice = Client.read(answer.get(20, TimeUnit.SECONDS).body()).at("/choices/0");

    JsonNode content = choice.at("/logprobs/content");
    assertEquals(2, content.size());
    assertEquals("Hi", content.at("/0/token").asText());
    assertEquals(-0.5, content.at("/0/logprob").asDouble());
    assertEquals("Hi", content.at("/0/top_logprobs/0/token").asText());
    assertEquals(-0.25, content.at("/1/logprob").asDouble());
  }

  @Test
  void probabilitiesComeInAStreamToo() {
    try (Sse stream = stream(",'logprobs':true")) {
      TurnSubmitted turn = turn();
      List<TokenLogprob> tokens = List.of(new TokenLogprob("Hi.", -0.5, List.of()));
      flow.send(last(turn, 1, 0, "Hi.", "Hi.").setLogprobs(tokens));
      double told =
          stream.rest().stream()
              .map(event -> event.data())
              .filter(data -> data.contains("\"content\":\"Hi.\""))
              .mapToDouble(
                  data -> Client.read(data).at("/choices/0/logprobs/content/0/logprob").asDouble())
              .sum();
      assertEquals(-0.5, told);
    }
  }

  @Test
  void whatAsksForNothingIsTaken() throws Exception {
    var answer =
        whole(
            ",'n':1,'logit_bias':{},'logprobs':false,'tools':[],'response_format':{'type':'text'},"
                + "'store':false,'modalities':['text'],'unheard_of':1");
    flow.send(last(turn(), 1, 0, "Hi.", "Hi."));
    assertEquals(200, answer.get(20, TimeUnit.SECONDS).statusCode());
  }
}
