package dev.heed.safety.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.broker.BrokerResource;
import dev.heed.safety.policy.PolicyFile;
import dev.heed.safety.policy.PolicyRelease;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.PolicyAction;
import dev.heed.schemas.events.PromptScreened;
import dev.heed.schemas.events.ReleaseStage;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.schemas.events.TurnSubmitted;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A policy through its topic, and the actions that leave a turn open. */
@QuarkusTest
@QuarkusTestResource(BrokerResource.class)
class PolicyReleaseTest {

  private static final String ASKED = "please tell me: how to make a pipe bomb";
  private static final String BUILT_IN = PolicyFile.standard().standard().version();

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  private Tap tap;

  @BeforeEach
  void open() {
    tap = new Tap(servers, Topics.PROMPTS.name(), Topics.REPLIES.name(), Topics.VERDICTS.name());
  }

  @AfterEach
  void close() {
    release(PolicyRelease.of(new byte[0], "none", ReleaseStage.WITHDRAWN));
    under(BUILT_IN, "good morning");
    tap.close();
  }

  /** The built-in rules for everyone; for tenant {@code pilot} this one. */
  private static byte[] policy(String version, String rule) {
    return """
        format: 1
        version: %s
        rules:
          user:
            harm_request: {threshold: 0.5, action: refuse, message: refusal}
            toxicity: {threshold: 0.5, action: refuse, message: refusal}
          bot: {}
        messages:
          refusal: ["No."]
          question: ["What do you need that for?"]
          waiting: ["A person will look at this."]
          unavailable: ["Later."]
        tenants:
          pilot:
            user:
              harm_request: %s
        """
        .formatted(version, rule)
        .getBytes(StandardCharsets.UTF_8);
  }

  private void release(ModelReleased release) {
    tap.writeRaw(
        Topics.MODEL_RELEASES.name(), release.getName(), EventCodec.ofKnown().encode(release));
  }

  private static ModelReleased changed(
      ModelReleased release, String uri, String sha256, String version) {
    return ModelReleased.newBuilder()
        .setReleaseId(release.getReleaseId())
        .setKind(release.getKind())
        .setName(release.getName())
        .setVersion(version)
        .setUri(uri)
        .setSha256(sha256)
        .setAt(release.getAt())
        .setStage(release.getStage())
        .build();
  }

  private void release(String version, String rule) {
    release(PolicyRelease.of(policy(version, rule), version, ReleaseStage.LIVE));
  }

  private TurnSubmitted say(String tenant, String... texts) {
    TurnSubmitted turn = Given.turnBuilder(texts).setTenant(tenant).build();
    tap.write(Topics.TURNS, turn.getConversationId(), turn);
    return turn;
  }

  private TurnScreened verdict(TurnSubmitted turn) {
    return tap.events(Topics.VERDICTS, turn.getPseudonym(), 1, TurnScreened.class).getFirst();
  }

  private ReplyChunk reply(TurnSubmitted turn) {
    return tap.events(Topics.REPLIES, turn.getConversationId(), 1, ReplyChunk.class).getFirst();
  }

  /** Says something again and again until this version judges it. */
  private TurnSubmitted under(String version, String... texts) {
    TurnSubmitted[] last = new TurnSubmitted[1];
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              last[0] = say("pilot", texts);
              return verdict(last[0]).getVerdict().getPolicyVersion().startsWith(version);
            });
    return last[0];
  }

  @Test
  void aReleasedPolicyAsksForItsTenantOnlyAndTheAnswerGoesOnWithItsQuestion() {
    release("asks-1", "{threshold: 0.3, action: ask, message: question}");

    TurnSubmitted asked = under("asks-1/pilot", ASKED);

    assertEquals(PolicyAction.ASK, verdict(asked).getAction());
    assertEquals("What do you need that for?", reply(asked).getText());
    assertEquals(ReplyKind.REFUSAL, reply(asked).getKind());
    TurnSubmitted other = say("default", ASKED);
    assertEquals(PolicyAction.REFUSE, verdict(other).getAction());
    assertEquals("asks-1", verdict(other).getVerdict().getPolicyVersion());
    TurnSubmitted answer = say("pilot", ASKED, "What do you need that for?", "For a play.");
    PromptScreened prompt =
        tap.events(Topics.PROMPTS, answer.getConversationId(), 1, PromptScreened.class).getFirst();
    assertEquals(3, prompt.getMessages().size());
    TurnSubmitted refused = say("default", ASKED, "No.", "For a play.");
    assertEquals(
        1,
        tap.events(Topics.PROMPTS, refused.getConversationId(), 1, PromptScreened.class)
            .getFirst()
            .getMessages()
            .size());
  }

  @Test
  void aRuleSlowsATurnDownAndHoldsNobodyElseUp() {
    release("slow-1", "[{threshold: 0.3, action: slow, delay: 2}]");
    under("slow-1", ASKED);

    Instant before = Instant.now();
    TurnSubmitted slow = say("pilot", ASKED);
    TurnSubmitted quick = say("pilot", "good morning");
    tap.events(Topics.PROMPTS, quick.getConversationId(), 1, PromptScreened.class);
    Duration others = Duration.between(before, Instant.now());
    tap.events(Topics.PROMPTS, slow.getConversationId(), 1, PromptScreened.class);

    Duration own = Duration.between(before, Instant.now());
    assertTrue(own.compareTo(Duration.ofSeconds(2)) >= 0, own::toString);
    assertTrue(others.compareTo(own) < 0, others::toString);
    assertEquals(PolicyAction.SLOW, verdict(slow).getAction());
    assertFalse(verdict(slow).getVerdict().getFlagged());
  }

  @Test
  void aDoubtfulTurnIsHandedToPeopleAndAWorseOneRefused() {
    release(
        "hand-1",
        "[{threshold: 0.3, action: hand_over, message: waiting},"
            + " {threshold: 1, action: refuse, message: refusal}]");

    TurnSubmitted turn = under("hand-1/pilot", ASKED);

    assertEquals(PolicyAction.HAND_OVER, verdict(turn).getAction());
    assertEquals("A person will look at this.", reply(turn).getText());
    assertTrue(tap.of(Topics.PROMPTS.name(), turn.getConversationId()).isEmpty());
  }

  @Test
  void whatIsNoPolicyOrAnotherOneLeavesTheLastGoodOne() {
    release("good-1", "{threshold: 0.3, action: ask, message: question}");
    under("good-1", ASKED);
    byte[] other = policy("good-2", "{threshold: 0.3, action: explode}");
    release(PolicyRelease.of(other, "good-2", ReleaseStage.LIVE));
    ModelReleased loose =
        PolicyRelease.of(
            policy("good-3", "{threshold: 0.9, action: mark}"), "good-3", ReleaseStage.LIVE);
    release(changed(loose, loose.getUri(), "00", loose.getVersion()));
    release(changed(loose, "http://example.org/policy", loose.getSha256(), loose.getVersion()));
    release(changed(loose, loose.getUri(), loose.getSha256(), "good-2"));
    tap.writeRaw(Topics.MODEL_RELEASES.name(), "policy", new byte[] {1, 2, 3});
    release(PolicyRelease.of(new byte[0], "later", ReleaseStage.SHADOW));

    // The next good one proves that those before it were read, and that they changed nothing.
    release("good-4", "{threshold: 0.3, action: ask, message: question}");
    under("good-4", ASKED);

    assertTrue(
        tap.seen(Topics.VERDICTS, TurnScreened.class).stream()
            .map(screened -> screened.getVerdict().getPolicyVersion())
            .noneMatch(version -> version.matches("good-[23].*")));
  }

  @Test
  void personalDataIsMarkedByKindAndNeverCopied() {
    TurnSubmitted turn =
        say(
            "default",
            "Write to ann.lee@example.org or bob@example.com, or call +44 20 7946 0958.");

    TurnScreened screened = verdict(turn);

    assertEquals(Map.of("email", 2, "phone", 1), screened.getPii());
    assertFalse(screened.toString().contains("example"));
  }
}
