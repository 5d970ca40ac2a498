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
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many accounts of one person are one voice, and new ones share a cap. */
class TogetherTest {

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
  private double crowd(String item, int accounts, IntFunction<String> cohort) {
    for (int i = 0; i < accounts; i++) {
      trust.give(
          Samples.feedback(item + "-u" + i, item, "down", .1).setCohort(cohort.apply(i)).build());
    }
    FeedbackGiven late = trust.rate(item + "-late", item, "down", .1);
    return Driven.last(trust.weighted(), late).getCrowdLogOdds();
  }

  @Test
  void aCohortSpeaksOnceOnAnItem() {
    open(Map.of());
    double strangers = crowd("a", 12, _ -> null);
    double one = crowd("b", 1, _ -> "c");
    double cohort = crowd("d", 12, _ -> "c");
    double cohorts = crowd("e", 12, i -> "c" + i);
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
    for (int item = 0; item < 2 + Lookalikes.TOGETHER; item++) {
      for (int account = 0; account < 8; account++) {
        trust.rate("s" + account, "shared" + item, "down", .1);
      }
    }
    for (int account = 0; account < 8; account++) {
      trust.rate("s" + account, "target", "down", .1);
    }
    FeedbackGiven witness = trust.rate("x", "target", "down", .1);
    double swarm = Driven.last(trust.weighted(), witness).getCrowdLogOdds();
    assertTrue(trust.registry.counter("heed_trust_lookalikes").count() >= 8);
    // The same history, but never together
    for (int item = 0; item < 2 + Lookalikes.TOGETHER; item++) {
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
  void theSameWordsFromManyAccountsAreOneVoice() {
    open(Map.of());
    Lookalikes alike = new Lookalikes();
    String text = "This reply is really very bad, and you should never say such things again %d";
    List<String> own =
        List.of(
            "it did not answer what I had asked about trains",
            "that is wrong, the capital of Australia is Canberra",
            "too long, and this reply is really hard to read");
    for (int i = 0; i < Lookalikes.SAME_WORDS; i++) {
      alike.comment("s" + i, text.formatted(i));
      alike.comment("h" + i, own.get(i));
    }
    var ofSwarm = alike.rated(Samples.feedback("s0", "r", "up", .1).build(), "r", 0);
    var ofOther = alike.rated(Samples.feedback("s1", "r", "up", .1).build(), "r", 0);
    assertTrue(ofSwarm.isPresent());
    assertEquals(ofSwarm, ofOther);
    assertTrue(alike.rated(Samples.feedback("h1", "r", "up", .1).build(), "r", 0).isEmpty());
    alike.erase("s0");
    assertTrue(alike.rated(Samples.feedback("s0", "q", "up", .1).build(), "q", 0).isEmpty());
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
