package dev.heed.inference.serving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.inference.TestModel;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.CancelReason;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.FinishReason;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.ReplyCancelled;
import dev.heed.schemas.events.Role;
import dev.heed.schemas.events.Sampling;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** chat.prompts to chat.drafts on a real broker with the real model, unhappy paths first. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class PromptFlowTest {

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @ConfigProperty(name = "quarkus.management.test-port", defaultValue = "9001")
  int managementPort;

  @Inject Engine engine;

  private Tap tap;

  @BeforeAll
  static void needsTheModel() {
    TestModel.folder();
  }

  @BeforeEach
  void open() {
    tap = new Tap(servers);
  }

  @AfterEach
  void close() {
    tap.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain text", "\u00C3\u0001damaged"})
  void poisonIsParkedAndTheNextPromptGoesOn(String poison) {
    String key = Uuid7.randomString();
    byte[] bytes = poison.getBytes(StandardCharsets.ISO_8859_1);
    PromptScreened prompt = prompt("Say hi.", 4).build();

    tap.writeRaw(Topics.PROMPTS.name(), key, bytes);
    tap.write(Topics.PROMPTS, prompt.getConversationId(), prompt);

    assertArrayEquals(bytes, tap.dead(key));
    assertTrue(tap.reply(prompt.getConversationId()).getLast().getLast());
  }

  @Test
  void anEventOfAnotherTypeIsParked() {
    String key = Uuid7.randomString();
    var other = new ReplyCancelled(key, key, CancelReason.STOPPED, Instant.now());
    byte[] bytes = EventCodec.ofKnown().encode(other);

    tap.writeRaw(Topics.PROMPTS.name(), key, bytes);

    assertArrayEquals(bytes, tap.dead(key));
  }

  @Test
  void aTombstoneAndAnUnknownSchemaAreParked() {
    String tombstone = Uuid7.randomString();
    String unknown = Uuid7.randomString();
    byte[] bytes = EventCodec.ofKnown().encode(prompt("Say hi.", 4).build());
    bytes[5] ^= 0x55;

    tap.writeRaw(Topics.PROMPTS.name(), tombstone, null);
    tap.writeRaw(Topics.PROMPTS.name(), unknown, bytes);

    assertNull(tap.dead(tombstone));
    assertArrayEquals(bytes, tap.dead(unknown));
  }

  @Test
  void poisonAmongTheControlsIsParkedAndTheNextCancellationIsHeard() {
    String key = Uuid7.randomString();
    String tombstone = Uuid7.randomString();
    byte[] poison = "no control".getBytes(StandardCharsets.UTF_8);
    PromptScreened prompt = prompt("Count to a thousand.", 200).build();

    tap.writeRaw(Topics.CONTROLS.name(), key, poison);
    tap.writeRaw(Topics.CONTROLS.name(), tombstone, null);
    cancel(prompt);

    assertArrayEquals(poison, tap.dead(key));
    assertNull(tap.dead(tombstone));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> cancellations.contains(prompt.getReplyId()));
  }

  @Test
  void aPromptBeyondTheContextIsRefusedWithItsCode() {
    PromptScreened prompt = prompt("word ".repeat(9000), 16).build();

    refused(prompt, "prompt_too_long", FinishReason.REJECTED);
  }

  @Test
  void aPassedDeadlineIsRefusedWithItsCode() {
    PromptScreened prompt = prompt("Hi.", 16).setDeadline(Instant.now().minusSeconds(1)).build();

    refused(prompt, "deadline", FinishReason.DEADLINE);
  }

  @Test
  void settingsOutOfBoundsAreRefused() {
    PromptScreened prompt =
        prompt("Hi.", 16)
            .setSampling(Sampling.newBuilder().setMaxTokens(16).setTopP(7.0).build())
            .build();

    refused(prompt, "model_error", FinishReason.ERROR);
  }

  @Test
  void aBiasOnATokenThatTheModelDoesNotHaveIsRefused() {
    PromptScreened prompt =
        prompt("Hi.", 16).setSampling(biased(Map.of("99999999", 1.0)).build()).build();

    refused(prompt, "model_error", FinishReason.ERROR);
  }

  @Test
  void aBiasReachesTheModelsLogits() {
    PromptScreened free = prompt("Count to ten.", 4).build();
    PromptScreened forced =
        prompt("Count to ten.", 4).setSampling(biased(Map.of("274", 100.0)).build()).build();

    String before = text(free);
    String after = text(forced);

    String one = after.substring(0, after.length() / 4);
    assertEquals(one.repeat(4), after, "the same token four times");
    assertNotEquals(before, after);
  }

  private static Sampling.Builder biased(Map<String, Double> biases) {
    return Sampling.newBuilder().setMaxTokens(4).setTemperature(0.0).setLogitBias(biases);
  }

  private String text(PromptScreened prompt) {
    tap.write(Topics.PROMPTS, prompt.getConversationId(), prompt);
    List<DraftChunk> reply = tap.reply(prompt.getConversationId());
    return reply.stream().map(DraftChunk::getText).collect(Collectors.joining());
  }

  private void refused(PromptScreened prompt, String code, FinishReason reason) {
    tap.write(Topics.PROMPTS, prompt.getConversationId(), prompt);
    DraftChunk chunk = tap.reply(prompt.getConversationId()).getFirst();
    assertEquals(code, chunk.getError());
    assertEquals(reason, chunk.getFinishReason());
    assertEquals(0, chunk.getSequence());
    assertEquals("", chunk.getText());
  }

  @Test
  void aDeadlineThatPassesWhileWritingEndsTheReply() {
    PromptScreened prompt =
        prompt("Write a long story about the sea.", 3000)
            .setDeadline(Instant.now().plusSeconds(3))
            .build();

    tap.write(Topics.PROMPTS, prompt.getConversationId(), prompt);
    DraftChunk last = tap.reply(prompt.getConversationId()).getLast();

    assertEquals(FinishReason.DEADLINE, last.getFinishReason());
    assertEquals("deadline", last.getError());
    noSlotIsUsed();
  }

  @Test
  void aCancellationEndsTheReplyAndFreesTheSlot() {
    PromptScreened prompt = prompt("Write a long story about the sea.", 3000).build();
    tap.write(Topics.PROMPTS, prompt.getConversationId(), prompt);
    tap.chunks(prompt.getConversationId(), chunks -> chunks.size() >= 2);

    cancel(prompt);
    Instant asked = Instant.now();
    DraftChunk last = tap.reply(prompt.getConversationId()).getLast();

    assertEquals(FinishReason.CANCELLED, last.getFinishReason());
    assertNull(last.getError());
    Duration took = Duration.between(asked, last.getWrittenAt());
    assertTrue(took.toMillis() < 2000, "freed after " + took);
    noSlotIsUsed();
  }

  @Test
  void aCancellationReadBeforeItsPromptCounts() {
    PromptScreened prompt = prompt("Write a long story about the sea.", 3000).build();
    cancel(prompt);
    PromptScreened after = prompt("Hi.", 2).build();
    tap.write(Topics.PROMPTS, after.getConversationId(), after);
    tap.reply(after.getConversationId());
    Awaitility.await().until(() -> cancellations.contains(prompt.getReplyId()));

    tap.write(Topics.PROMPTS, prompt.getConversationId(), prompt);
    List<DraftChunk> reply = tap.reply(prompt.getConversationId());

    assertEquals(1, reply.size());
    assertEquals(FinishReason.CANCELLED, reply.getFirst().getFinishReason());
  }

  @Inject Cancellations cancellations;

  private void cancel(PromptScreened prompt) {
    var event =
        new ReplyCancelled(
            prompt.getConversationId(), prompt.getReplyId(), CancelReason.STOPPED, Instant.now());
    tap.write(Topics.CONTROLS, prompt.getConversationId(), event);
  }

  private void noSlotIsUsed() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> engine.ready().orElseThrow().engine().scheduler().usedSlots() == 0);
  }

  @Test
  void theModelAnswersInChunksThatCarryWhatSafetyNeeds() {
    PromptScreened prompt =
        prompt("Which city is the capital of France? Answer in English.", 40).build();

    tap.write(Topics.PROMPTS, prompt.getConversationId(), prompt);
    List<DraftChunk> reply = tap.reply(prompt.getConversationId());

    String whole = "";
    for (int i = 0; i < reply.size(); i++) {
      DraftChunk chunk = reply.get(i);
      assertEquals(i, chunk.getSequence());
      assertEquals(whole, chunk.getPreceding());
      assertEquals("Which city is the capital of France? Answer in English.", chunk.getContext());
      assertEquals(reply.getFirst().getAttempt(), chunk.getAttempt());
      assertEquals(i == reply.size() - 1, chunk.getLast());
      whole += chunk.getText();
    }
    assertTrue(whole.contains("Paris"), "no Paris in " + whole.length() + " characters");
    DraftChunk last = reply.getLast();
    assertEquals(FinishReason.STOP, last.getFinishReason());
    assertTrue(last.getUsage().getPromptTokens() > 20);
    assertTrue(last.getUsage().getCompletionTokens() > 3);
    assertEquals(16, last.getModel().getVersion().length());
    assertTrue(last.getAttempt() > 0);
  }

  @Test
  void manyConversationsAreServedAtOnce() {
    List<PromptScreened> prompts = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      prompts.add(prompt("Count from " + i + " to ten.", 8 + i).build());
    }

    prompts.forEach(p -> tap.write(Topics.PROMPTS, p.getConversationId(), p));

    for (PromptScreened prompt : prompts) {
      List<DraftChunk> reply = tap.reply(prompt.getConversationId());
      String text = reply.stream().map(DraftChunk::getText).collect(Collectors.joining());
      assertTrue(!text.isBlank(), "an empty reply");
      assertNull(reply.getLast().getError());
    }
    noSlotIsUsed();
  }

  @Test
  void metersHaveTheNamesThatOperatorsKnow() {
    PromptScreened prompt = prompt("Hi.", 8).build();
    tap.write(Topics.PROMPTS, prompt.getConversationId(), prompt);
    tap.reply(prompt.getConversationId());

    String metrics =
        RestAssured.given().port(managementPort).get("/q/metrics").then().extract().asString();

    for (String name :
        List.of(
            "time_to_first_token_seconds_bucket",
            "inter_token_latency_seconds_bucket",
            "request_queue_time_seconds_bucket",
            "num_requests_running",
            "num_requests_waiting",
            "prompt_tokens_total",
            "generation_tokens_total",
            "kv_cache_usage_perc",
            "request_success_total{finished_reason=\"length\"}")) {
      assertTrue(metrics.contains("heed_inference_" + name), name + " is missing");
    }
  }

  private static PromptScreened.Builder prompt(String text, int maxTokens) {
    Sampling sampling =
        Sampling.newBuilder().setMaxTokens(maxTokens).setTemperature(0.0).setSeed(1L).build();
    return PromptScreened.newBuilder()
        .setConversationId(Uuid7.randomString())
        .setTurnId(Uuid7.randomString())
        .setReplyId(Uuid7.randomString())
        .setPseudonym("p1_test")
        .setReplica("chat-1")
        .setMessages(List.of(new Message(Role.USER, text, null)))
        .setSampling(sampling)
        .setSubmittedAt(Instant.now())
        .setDeadline(Instant.now().plusSeconds(120));
  }
}
