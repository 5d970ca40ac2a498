package dev.heed.trust.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.TrustScore;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.trust.Samples;
import dev.heed.trust.metrics.TrustMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topology over Kafka Streams' own driver: real stores, no broker. */
class TopologyTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path state;

  private final EventCodec codec = EventCodec.ofKnown();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> feedback;
  private TestInputTopic<String, byte[]> verdicts;

  @BeforeEach
  void open() {
    Properties config = new Properties();
    config.put("application.id", "trust-test");
    config.put("bootstrap.servers", "unused:1");
    config.put("state.dir", state.toString());
    var topology =
        new TrustTopology(codec, new TrustMeters(registry), Driven.settings(Map.of())).topology();
    driver = new TopologyTestDriver(topology, config, NOW);
    feedback = in(Topics.FEEDBACK_EVENTS.name());
    verdicts = in(Topics.VERDICTS.name());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private TestInputTopic<String, byte[]> in(String topic) {
    return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<String, byte[]> out(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private void give(FeedbackGiven given) {
    feedback.pipeInput(given.getPseudonym(), codec.encode(given));
  }

  private void screen(TurnScreened screened) {
    verdicts.pipeInput(screened.getPseudonym(), codec.encode(screened));
  }

  private List<FeedbackWeighted> weighted() {
    return out(Topics.FEEDBACK_WEIGHTED.name()).readValuesToList().stream()
        .map(bytes -> codec.decode(bytes, FeedbackWeighted.class))
        .toList();
  }

  private List<TrustScore> scores() {
    return out(Topics.TRUST_SCORES.name()).readValuesToList().stream()
        .map(bytes -> codec.decode(bytes, TrustScore.class))
        .toList();
  }

  private static FeedbackGiven retraction(FeedbackGiven given, String by) {
    return Samples.feedback(by, given.getReplyId(), null, .5)
        .setKind(FeedbackKind.RETRACT)
        .setRetracts(given.getFeedbackId())
        .build();
  }

  @Test
  void feedbackIsWeightedAndItsGiverScored() {
    FeedbackGiven given = Samples.feedback("ann", "r1", "down", .9).build();
    give(given);
    TestRecord<String, byte[]> record = out(Topics.FEEDBACK_WEIGHTED.name()).readRecord();
    FeedbackWeighted weighted = codec.decode(record.value(), FeedbackWeighted.class);
    assertEquals(given.getFeedbackId(), record.key());
    assertEquals(
        "/heed/trust-service",
        new String(record.headers().lastHeader("ce_source").value(), StandardCharsets.UTF_8));
    assertEquals("ann", weighted.getPseudonym());
    assertEquals("down", weighted.getLabel());
    assertTrue(weighted.getPRight() > .8);
    assertEquals(2 * weighted.getPRight() - 1, weighted.getWeight(), 1e-12);
    TrustScore score = scores().getFirst();
    assertEquals("ann", score.getPseudonym());
    assertEquals(1, score.getRatings());
    assertEquals(weighted.getReliability(), score.getReliability(), .01); // revised since
  }

  @Test
  void aCommentIsWeighedAsItsGiverIsAndIsNoRating() {
    FeedbackGiven comment =
        Samples.feedback("ann", "r1", null, .9).setKind(FeedbackKind.COMMENT).build();
    give(comment);
    FeedbackWeighted weighted = weighted().getFirst();
    assertEquals(weighted.getReliability(), weighted.getPRight());
    assertEquals(0, scores().getFirst().getRatings());
    FeedbackGiven thumbs = Samples.feedback("ann", "r1", "down", .9).build();
    give(thumbs);
    give(retraction(comment, "ann"));
    // The rating of the same reply stays.
    assertEquals(1, scores().getLast().getRatings());
  }

  @Test
  void theSameIdCountsOnce() {
    FeedbackGiven given = Samples.feedback("ann", "r1", "down", .9).build();
    give(given);
    give(given);
    assertEquals(1, weighted().size());
    assertEquals(1, scores().getLast().getRatings());
    assertEquals(1, registry.counter("heed_trust_duplicates").count());
  }

  @Test
  void whatIsTakenBackWeighsNothing() {
    FeedbackGiven given = Samples.feedback("ann", "r1", "down", .9).build();
    give(given);
    weighted();
    give(retraction(given, "ann"));
    give(retraction(given, "ann"));
    List<FeedbackWeighted> after = weighted();
    assertEquals(1, after.size());
    assertEquals(given.getFeedbackId(), after.getFirst().getFeedbackId());
    assertTrue(after.getFirst().getRetracted());
    assertEquals(0, after.getFirst().getWeight());
    assertEquals(1, after.getFirst().getRevision());
    assertEquals(0, scores().getLast().getRatings());
  }

  @Test
  void aRetractionThatComesFirstWaitsForItsFeedback() {
    FeedbackGiven given = Samples.feedback("ann", "r1", "down", .9).build();
    give(retraction(given, "ann"));
    give(given);
    give(given);
    List<FeedbackWeighted> weighted = weighted();
    assertEquals(1, weighted.size());
    assertTrue(weighted.getFirst().getRetracted());
    assertEquals(0, weighted.getFirst().getWeight());
    assertEquals(0, scores().getLast().getRatings());
  }

  @Test
  void nobodyTakesBackWhatAnotherGave() {
    FeedbackGiven early = Samples.feedback("ann", "r1", "down", .9).build();
    give(retraction(early, "eve"));
    give(early);
    give(retraction(early, "eve"));
    List<FeedbackWeighted> weighted = weighted();
    assertEquals(1, weighted.size());
    assertFalse(weighted.getFirst().getRetracted());
    give(Samples.feedback("ann", "r1", null, .5).setKind(FeedbackKind.RETRACT).build()); // of none
    assertEquals(List.of(), weighted());
  }

  @Test
  void theLastWordOnAReplyCounts() {
    FeedbackGiven first = Samples.feedback("ann", "r1", "down", .9).build();
    FeedbackGiven second = Samples.feedback("ann", "r1", "up", .9).build();
    give(first);
    give(second);
    List<FeedbackWeighted> weighted = weighted();
    assertEquals(3, weighted.size());
    assertEquals(first.getFeedbackId(), weighted.get(1).getFeedbackId());
    assertTrue(weighted.get(1).getRetracted());
    assertEquals(second.getFeedbackId(), weighted.get(2).getFeedbackId());
    assertTrue(weighted.get(2).getWeight() < 0);
    assertEquals(1, scores().getLast().getRatings());
    // Taking back the first, which no longer counts, leaves the second.
    give(retraction(first, "ann"));
    assertEquals(List.of(), weighted());
    give(retraction(second, "ann"));
    assertTrue(weighted().getFirst().getRetracted());
  }

  @Test
  void aLiarIsFoundOutAndEarlierBeliefsAreRevised() {
    for (int i = 0; i < 40; i++) {
      boolean bad = i % 2 == 0;
      give(Samples.feedback("liar", "r" + i, bad ? "up" : "down", bad ? .85 : .15).build());
    }
    List<FeedbackWeighted> weighted = weighted();
    assertTrue(weighted.stream().anyMatch(w -> w.getRevision() > 0 && !w.getRetracted()));
    assertTrue(
        weighted.getLast().getWeight() < -.7, () -> "weight " + weighted.getLast().getWeight());
    assertTrue(scores().getLast().getReliability() < .35);
  }

  @Test
  void poisonGoesToTheDeadLettersAndWorkGoesOn() {
    byte[][] poison = {{1, 2, 3}, {}, "{}".getBytes(StandardCharsets.UTF_8), {(byte) 0xC3, 1, 0}};
    for (byte[] bytes : poison) {
      feedback.pipeInput("k", bytes);
      verdicts.pipeInput("k", bytes);
    }
    feedback.pipeInput("k", null);
    List<byte[]> dead = out("feedback.events.dead").readValuesToList();
    assertEquals(5, dead.size());
    assertArrayEquals(poison[0], dead.getFirst());
    assertEquals(4, out("safety.verdicts.dead").readValuesToList().size());
    assertEquals(9, registry.counter("heed_trust_dead_letters").count());
    give(Samples.feedback("ann", "r1", "down", .9).build());
    assertEquals(1, weighted().size());
  }

  @Test
  void aVerdictThatIsNoProbabilityCountsAsUnknown() {
    double[] strange = {Double.NaN, Double.POSITIVE_INFINITY, -3, 7};
    for (int i = 0; i < strange.length; i++) {
      give(Samples.feedback("ann", "r" + i, "down", strange[i]).build());
    }
    give(Samples.feedback("ann", "r9", "down", .9).build());
    assertTrue(weighted().stream().allMatch(w -> w.getPRight() >= 0 && w.getPRight() <= 1));
    assertEquals(5, scores().getLast().getRatings());
  }

  @Test
  void civilityFallsWithUnsafeTurnsAndRecovers() {
    screen(Samples.turn("bob", false));
    double civil = scores().getLast().getCivility();
    for (int i = 0; i < 10; i++) {
      screen(Samples.turn("bob", true));
    }
    double rude = scores().getLast().getCivility();
    for (int i = 0; i < 60; i++) {
      screen(Samples.turn("bob", false));
    }
    TrustScore late = scores().getLast();
    assertTrue(civil > .85 && rude < .55, civil + " " + rude);
    assertTrue(late.getCivility() > .85, () -> "recovered to " + late.getCivility());
    assertEquals(71, late.getTurns());
    assertEquals(0, late.getRatings());
    screen(Samples.reply("bob", true)); // what a model said is not theirs
    assertEquals(List.of(), scores());
  }

  @Test
  void clocksThatJumpDoNoHarm() {
    long[] clocks = {
      NOW.toEpochMilli(), 0, Instant.parse("2090-01-01T00:00:00Z").toEpochMilli(), 5
    };
    for (int i = 0; i < clocks.length; i++) {
      FeedbackGiven given =
          Samples.feedback("ann", "r" + i, "down", .9)
              .setAt(Instant.ofEpochMilli(clocks[i]))
              .build();
      feedback.pipeInput("ann", codec.encode(given), clocks[i]);
    }
    List<FeedbackWeighted> weighted = weighted();
    assertEquals(4, weighted.stream().map(FeedbackWeighted::getFeedbackId).distinct().count());
    assertEquals(4, scores().getLast().getRatings());
  }
}
