package dev.heed.trust.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.PersonRequestKind;
import dev.heed.trust.Samples;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays, what goes, and what a failure leaves behind. */
class KeepingTest {

  private static final byte[] DAMAGED = {'{', '?'};

  @TempDir Path state;
  private Driven trust;

  @BeforeEach
  void open() {
    trust = new Driven(state, Map.of("heed.trust.review.budget", "0"));
  }

  @AfterEach
  void close() {
    trust.close();
  }

  private static PersonRequest request(String pseudonym, PersonRequestKind kind, String text) {
    return new PersonRequest(Uuid7.randomString(), pseudonym, kind, text, Instant.now());
  }

  @Test
  void whateverGoesWrongTheRecordChangesNothingAndTheNextIsTaken() {
    trust.rate("ann", "r1", "down", .9);
    trust.weighted();
    trust.scores();
    byte[] population = trust.store(Store.PARTITION).get("population");
    // Given: a damaged state, which no decoding of events notices
    trust.store(Store.RATERS).put("bob", DAMAGED);
    // When: bob's rating fails after part of the work was done
    FeedbackGiven failed = trust.rate("bob", "r1", "up", .9);
    // Then
    TestRecord<String, byte[]> dead = trust.out("feedback.events.dead").readRecord();
    assertArrayEquals(trust.codec.encode(failed), dead.value());
    String reason =
        new String(dead.headers().lastHeader("dead-letter-reason").value(), StandardCharsets.UTF_8);
    assertTrue(reason.startsWith("java.io.UncheckedIOException at "), reason);
    assertEquals(List.of(), trust.weighted());
    assertEquals(List.of(), trust.scores());
    assertNull(trust.store(Store.FEEDBACK).get("bob/" + failed.getFeedbackId()));
    assertArrayEquals(population, trust.store(Store.PARTITION).get("population"));
    FeedbackGiven next = trust.rate("cat", "r1", "down", .9);
    assertEquals(next.getFeedbackId(), trust.weighted().getFirst().getFeedbackId());
  }

  @Test
  void whatIsOldLeavesTheStoresAndNothingBreaks() {
    FeedbackGiven first = trust.rate("ann", "old", "down", .9);
    trust.rate("bob", "old", "up", .9);
    trust.give(Driven.retraction(Samples.feedback("ann", "x", "up", .1).build(), "ann"));
    trust.review("op", "old", "down");
    double before = trust.scores().getLast().getReliability();
    trust.driver.advanceWallClockTime(Duration.ofDays(29));
    assertTrue(trust.size(Store.ITEMS) > 0 && trust.size(Store.GOLD) > 0);
    trust.driver.advanceWallClockTime(Duration.ofDays(2));
    for (Store store :
        List.of(Store.ITEMS, Store.FEEDBACK, Store.BY_ITEM, Store.GOLD, Store.QUESTIONS)) {
      assertEquals(0, trust.size(store), store.name());
    }
    assertTrue(before > 0);
    trust.weighted();
    // A retraction of what is gone, and more of the same people on the same item
    trust.give(Driven.retraction(first, "ann"));
    for (int i = 0; i < 80; i++) {
      trust.rate("ann", i == 0 ? "old" : "n" + i, "down", .9);
      trust.rate("bob", i == 0 ? "old" : "n" + i, "down", .9);
    }
    assertEquals(0, trust.registry.counter("heed_trust_dead_letters").count());
    assertEquals(160, trust.weighted().stream().filter(w -> w.getRevision() == 0).count());
    // People go when they have not been seen for long, and their score with them
    trust.driver.advanceWallClockTime(Duration.ofDays(500));
    trust.driver.advanceWallClockTime(Duration.ofDays(500));
    assertEquals(0, trust.size(Store.SCORES));
    assertEquals(0, trust.size(Store.RATERS));
    var gone = trust.records(Topics.TRUST_SCORES.name()).getLast();
    assertNull(gone.value);
  }

  @Test
  void erasureLeavesNothingInStoresAndUnderNoKey() {
    String eve = "p1_eve_the_erased_person";
    Map<String, byte[]> compacted = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      boolean bad = i % 2 == 0;
      trust.rate(eve, "r" + i, bad ? "up" : "down", bad ? .9 : .1);
      trust.rate("ann", "r" + i, bad ? "down" : "up", bad ? .9 : .1);
    }
    trust.in(Topics.VERDICTS.name()).pipeInput(eve, trust.codec.encode(Samples.turn(eve, true)));
    trust.give(Driven.retraction(Samples.feedback(eve, "x", "up", .1).build(), eve));
    trust.send(eve, request(eve, PersonRequestKind.APPEAL, "It was not me."));
    assertTrue(mentions(eve) > 30);
    // When
    trust.send(eve, request(eve, PersonRequestKind.ERASURE, null));
    // Then
    assertEquals(0, mentions(eve));
    for (String topic : List.of(Topics.FEEDBACK_WEIGHTED.name(), Topics.TRUST_SCORES.name())) {
      trust.records(topic).forEach(record -> compacted.put(topic + record.key, record.value));
    }
    compacted.forEach(
        (key, value) ->
            assertFalse(
                value != null && new String(value, StandardCharsets.ISO_8859_1).contains(eve),
                key));
    assertTrue(compacted.values().stream().anyMatch(value -> value != null), "ann's stay");
    // Life goes on, for the others and for who comes back
    trust.rate("ann", "r50", "down", .9);
    trust.rate(eve, "r50", "down", .9);
    assertEquals(0, trust.registry.counter("heed_trust_dead_letters").count());
    assertEquals(1, trust.scores().getLast().getRatings());
  }

  private long mentions(String name) {
    long found = 0;
    for (Store store : Store.values()) {
      try (var all = trust.store(store).all()) {
        while (all.hasNext()) {
          var entry = all.next();
          String text = entry.key + new String(entry.value, StandardCharsets.ISO_8859_1);
          found += text.contains(name) ? 1 : 0;
        }
      }
    }
    return found;
  }

  @Test
  void anAppealStandsInTheScoreUntilItIsAnswered() {
    trust.rate("ann", "r1", "down", .9);
    trust.send("ann", request("ann", PersonRequestKind.APPEAL, "I mean it."));
    trust.rate("ann", "r2", "down", .9);
    assertEquals("I mean it.", trust.scores().getLast().getAppeal());
  }

  @Test
  void twoFeedbacksInFlightForOneReplyEndWithOne() {
    FeedbackGiven one = Samples.feedback("ann", "r1", "down", .9).build();
    FeedbackGiven two = Samples.feedback("ann", "r1", "up", .9).build();
    List.of(one, two, one, two).forEach(trust::give);
    List<FeedbackWeighted> all = trust.weighted();
    assertTrue(Driven.last(all, one).getRetracted());
    assertFalse(Driven.last(all, two).getRetracted());
    assertEquals(1, trust.scores().getLast().getRatings());
  }
}
