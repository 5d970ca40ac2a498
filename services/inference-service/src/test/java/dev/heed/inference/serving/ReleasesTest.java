package dev.heed.inference.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.heed.broker.BrokerResource;
import dev.heed.inference.importing.AdaptableModel;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.ArtifactKind;
import dev.heed.schemas.events.DraftChunk;
import dev.heed.schemas.events.Message;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.ReleaseStage;
import dev.heed.schemas.events.Role;
import dev.heed.schemas.events.Sampling;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** model.releases on a real broker: what goes live, what is withdrawn, what is never loaded. */
@QuarkusTest
@QuarkusTestResource(value = BrokerResource.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = AdaptableModelResource.class, restrictToAnnotatedClass = true)
class ReleasesTest {

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @Inject MeterRegistry meters;

  @TempDir Path folder;

  private Tap tap;

  @BeforeEach
  void open() {
    tap = new Tap(servers);
  }

  @AfterEach
  void close() {
    tap.close();
  }

  @Test
  void anAdapterGoesLiveAndIsWithdrawnWithoutARestart() throws Exception {
    List<DraftChunk> before = reply("p1");
    assertNull(before.getLast().getModel().getAdapter());
    byte[] bytes = AdaptableModel.adapter(1);

    release("kind", bytes, sha256(bytes), ReleaseStage.LIVE, 1, "applied");
    List<DraftChunk> with = reply("p1");
    release("wrong", AdaptableModel.adapter(2), sha256(bytes), ReleaseStage.LIVE, 1, "other_hash");
    List<DraftChunk> still = reply("p1");
    release("kind", bytes, sha256(bytes), ReleaseStage.WITHDRAWN, 0, "withdrawn");
    List<DraftChunk> after = reply("p1");

    with.forEach(chunk -> assertEquals("kind@1", chunk.getModel().getAdapter()));
    assertNotEquals(text(before), text(with));
    assertEquals("kind@1", still.getLast().getModel().getAdapter());
    assertEquals(text(with), text(still));
    assertNull(after.getLast().getModel().getAdapter());
    assertEquals(text(before), text(after));
  }

  @Test
  void aCanaryServesItsShareOfPeople() throws Exception {
    byte[] bytes = AdaptableModel.adapter(3);

    release("canary", bytes, sha256(bytes), ReleaseStage.CANARY, 0.5, "applied");

    long served = 0;
    for (int person = 0; person < 20; person++) {
      List<DraftChunk> one = reply("person" + person);
      List<DraftChunk> other = reply("person" + person);
      assertEquals(one.getLast().getModel().getAdapter(), other.getLast().getModel().getAdapter());
      served += one.getLast().getModel().getAdapter() == null ? 0 : 1;
    }
    assertEquals(10, served, 8, "of 20 people");
    release("canary", bytes, sha256(bytes), ReleaseStage.WITHDRAWN, 0, "withdrawn");
  }

  /** Announces a release and waits until it was met. */
  private void release(
      String name, byte[] bytes, String sha256, ReleaseStage stage, double share, String outcome)
      throws IOException {
    double before = count(outcome);
    Path file = Files.write(Files.createTempFile(folder, name, ".onnx_adapter"), bytes);
    ModelReleased event =
        ModelReleased.newBuilder()
            .setReleaseId(Uuid7.randomString())
            .setKind(ArtifactKind.ADAPTER)
            .setName(name)
            .setVersion("1")
            .setUri(file.toUri().toString())
            .setSha256(sha256)
            .setShare(share)
            .setStage(stage)
            .setAt(Instant.now())
            .build();
    tap.write(Topics.MODEL_RELEASES, name, event);
    Awaitility.await().until(() -> count(outcome) > before);
  }

  private double count(String outcome) {
    var counter = meters.find("heed_inference_releases").tag("outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String text(List<DraftChunk> reply) {
    return reply.stream().map(DraftChunk::getText).collect(Collectors.joining());
  }

  private List<DraftChunk> reply(String pseudonym) {
    PromptScreened prompt =
        PromptScreened.newBuilder()
            .setConversationId(Uuid7.randomString())
            .setTurnId(Uuid7.randomString())
            .setReplyId(Uuid7.randomString())
            .setPseudonym(pseudonym)
            .setReplica("chat-1")
            .setMessages(List.of(new Message(Role.USER, "hell w hell", null)))
            .setSampling(Sampling.newBuilder().setMaxTokens(24).setTemperature(0.0).build())
            .setSubmittedAt(Instant.now())
            .setDeadline(Instant.now().plusSeconds(60))
            .build();
    tap.write(Topics.PROMPTS, prompt.getConversationId(), prompt);
    return tap.reply(prompt.getConversationId());
  }
}
