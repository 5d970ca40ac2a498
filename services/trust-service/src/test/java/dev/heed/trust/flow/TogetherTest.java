package dev.heed.trust.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.trust.Samples;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many accounts of one person are one voice, and new ones share a cap. */
class TogetherTest {

  /** Items on which accounts of one person have met before. */
  private static final int SHARED = 5;

  @TempDir Path state;
  private Driven trust;

  private void open(Map<String, String> settings) {
    trust = new Driven(state, settings);
  }

  @AfterEach
  void close() {
    trust.close();
  }

  /** What the crowd says of an item after some have called it bad, as an independent rater sees. */
  private double crowd(String item, int accounts, BiConsumer<FeedbackGiven.Builder, Integer> with) {
    for (int i = 0; i < accounts; i++) {
      FeedbackGiven.Builder given = Samples.feedback(item + "-u" + i, item, "down", .1);
      with.accept(given, i);
      trust.give(given.build());
    }
    FeedbackGiven late = trust.rate(item + "-late", item, "down", .1);
    return Driven.last(trust.weighted(), late).getCrowdLogOdds();
  }

  @Test
  void aCohortSpeaksOnceOnAnItem() {
    open(Map.of());
    double strangers = crowd("a", 12, (_, _) -> {});
    double one = crowd("b", 1, (given, _) -> given.setCohort("c"));
    double cohort = crowd("d", 12, (given, _) -> given.setCohort("c"));
    double cohorts = crowd("e", 12, (given, i) -> given.setCohort("c" + i));
    assertTrue(one > 0 && strangers > 1.5 * one, strangers + " " + one);
    assertTrue(cohort <= one * 1.2, cohort + " of a cohort, " + one + " of one");
    assertTrue(cohorts > 1.5 * one, "twelve cohorts are twelve");
  }

  @Test
  void whenTheSpeakerTakesItBackTheRestOfTheCohortAreStillWeighed() {
    open(Map.of());
    FeedbackGiven first =
        trust.give(Samples.feedback("u0", "r", "down", .1).setCohort("c").build());
    FeedbackGiven second =
        trust.give(Samples.feedback("u1", "r", "down", .1).setCohort("c").build());
    trust.give(Driven.retraction(first, "u0"));
    assertTrue(Driven.last(trust.weighted(), second).getPRight() > .5);
    // and the next of them speaks
    trust.give(Samples.feedback("u2", "r", "down", .1).setCohort("c").build());
    FeedbackGiven late = trust.rate("late", "r", "down", .1);
    assertTrue(Driven.last(trust.weighted(), late).getCrowdLogOdds() > 0);
  }

  @Test
  void whoRateTheSameAtTheSameTimeAgainAndAgainAreOne() {
    open(Map.of());
    for (int item = 0; item < SHARED; item++) {
      for (int account = 0; account < 8; account++) {
        trust.rate("s" + account, "shared" + item, "down", .1);
      }
    }
    for (int account = 0; account < 8; account++) {
      trust.rate("s" + account, "target", "down", .1);
    }
    FeedbackGiven witness = trust.rate("x", "target", "down", .1);
    double swarm = Driven.last(trust.weighted(), witness).getCrowdLogOdds();
    double merged = trust.registry.counter("heed_trust_lookalikes").count();
    assertTrue(merged >= 8, "of a swarm: " + merged);
    // The same history, but never together
    for (int item = 0; item < SHARED; item++) {
      for (int account = 0; account < 8; account++) {
        trust.rate("h" + account, "own" + item + "-" + account, "down", .1);
      }
    }
    for (int account = 0; account < 8; account++) {
      trust.rate("h" + account, "other", "down", .1);
    }
    FeedbackGiven other = trust.rate("y", "other", "down", .1);
    double crowd = Driven.last(trust.weighted(), other).getCrowdLogOdds();
    assertTrue(swarm < .7 * crowd, swarm + " of a swarm, " + crowd + " of a crowd");
  }

  @Test
  void theSameWordsFromManyAccountsAreFound() {
    open(Map.of());
    SameWords same = new SameWords();
    String text = "This reply is really very bad, and you should never say such things again %d";
    List<String> own =
        List.of(
            "it did not answer what I had asked about trains",
            "that is wrong, the capital of Australia is Canberra",
            "too long, and this reply is really hard to read");
    for (int i = 0; i < SameWords.ACCOUNTS; i++) {
      Set<String> found = same.comment("s" + i, text.formatted(i));
      assertEquals(i + 1 < SameWords.ACCOUNTS ? Set.of() : Set.of("s0", "s1", "s2"), found);
      assertEquals(Set.of(), same.comment("h" + i, own.get(i)));
    }
    same.erase("s0");
    assertEquals(Set.of("s1", "s2", "s3"), same.comment("s3", text.formatted(3)));
  }

  @Test
  void theSameWordsFromManyAccountsAreOneVoice() {
    open(Map.of());
    String text = "This reply is really very bad, and you should never say such things again %d";
    String own = "%1$d %1$d%1$d and %1$d again: no";
    double one = crowd("a", 1, (given, i) -> given.setComment(own.formatted(i)));
    double swarm = crowd("b", 12, (given, i) -> given.setComment(text.formatted(i)));
    double crowd = crowd("c", 12, (given, i) -> given.setComment(own.formatted(i)));
    assertTrue(swarm < one * 1.2, swarm + " of a swarm, " + one + " of one");
    assertTrue(crowd > 1.5 * one, crowd + " of a crowd, " + one + " of one");
  }

  @Test
  void newAccountsTogetherWeighNoMoreThanTheirCap() {
    open(Map.of("heed.trust.newcomers.allowance", "20", "heed.trust.review.budget", "0"));
    double sum = 0;
    for (int i = 0; i < 200; i++) {
      FeedbackGiven given = trust.rate("new" + i, "n" + i, "down", .9);
      sum += Math.abs(Driven.last(trust.weighted(), given).getWeight());
    }
    assertTrue(sum <= 20 + 1e-6 && sum > 15, "weight of the new: " + sum);
    // One who stays is heard: after ten ratings each counts in full
    double known = 0;
    for (int i = 0; i < 20; i++) {
      boolean bad = i % 2 == 0;
      FeedbackGiven given = trust.rate("ann", "k" + i, bad ? "down" : "up", bad ? .9 : .1);
      FeedbackWeighted weighted = Driven.last(trust.weighted(), given);
      if (i >= 10) {
        known += Math.abs(weighted.getWeight());
        assertEquals(2 * weighted.getPRight() - 1, weighted.getWeight(), 1e-9);
      }
    }
    assertTrue(known > 4, "weight of ten labels of a known account: " + known);
    assertTrue(trust.registry.counter("heed_trust_newcomers_capped").count() > 150);
  }

  @Test
  void aContestAndAThumbAreTwoItemsOfOneCohort() {
    open(Map.of());
    trust.give(
        Samples.feedback("u0", "r", "disagree", .6)
            .setKind(FeedbackKind.CONTEST_FILTER)
            .setCohort("c")
            .build());
    FeedbackGiven thumb = trust.give(Samples.feedback("u1", "r", "up", .6).setCohort("c").build());
    FeedbackGiven late = trust.rate("late", "r", "up", .6);
    List<FeedbackWeighted> all = trust.weighted();
    assertTrue(Driven.last(all, thumb).getPRight() > 0);
    assertTrue(Driven.last(all, late).getCrowdLogOdds() < 0, "the thumb speaks on the reply");
  }
}
