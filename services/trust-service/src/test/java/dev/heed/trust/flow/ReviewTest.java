package dev.heed.trust.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.PolicyAction;
import dev.heed.schemas.events.ReviewReason;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.trust.Samples;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reviewers' answers are gold; what they are asked keeps to a budget. */
class ReviewTest {

  @TempDir Path state;
  private Driven trust;

  @BeforeEach
  void open() {
    trust = new Driven(state, Map.of());
  }

  @AfterEach
  void close() {
    trust.close();
  }

  @Test
  void aReviewMovesTheLabelsOfItsItemAndWhoGaveThem() {
    // Given: a prior that the attackers beat: it says unsafe, and so does the gaslighter
    FeedbackGiven lie = trust.rate("gaslighter", "r1", "down", .97);
    FeedbackGiven truth = trust.rate("helper", "r1", "up", .97);
    List<FeedbackWeighted> before = trust.weighted();
    assertTrue(Driven.last(before, lie).getPRight() > .8);
    assertTrue(Driven.last(before, truth).getPRight() < .5);
    assertEquals("prior", Driven.last(before, lie).getMovedBy());
    double trusted = trust.scores().getLast().getReliability();
    // When
    FeedbackGiven review = trust.review("op", "r1", "up");
    // Then
    List<FeedbackWeighted> after = trust.weighted();
    assertTrue(Driven.last(after, lie).getPRight() < .15, after::toString);
    assertTrue(Driven.last(after, truth).getPRight() > .9);
    assertTrue(Driven.last(after, truth).getRevision() > 0);
    assertTrue(Driven.last(after, lie).getReviewLogOdds() < -3);
    assertTrue(Driven.last(after, lie).getPriorLogOdds() > 2, "the classifier's word is kept");
    assertEquals("review", Driven.last(after, lie).getMovedBy());
    assertTrue(Driven.last(after, review).getPRight() > .95);
    var scores = trust.scores();
    assertTrue(
        scores.stream()
            .anyMatch(s -> s.getPseudonym().equals("helper") && s.getReliability() > trusted));
    // and who rates later is judged by it too
    FeedbackGiven late = trust.rate("late", "r1", "down", .97);
    assertTrue(Driven.last(trust.weighted(), late).getPRight() < .15);
  }

  /** Most thumbs are about dull or wrong replies, of which a safety classifier knows nothing. */
  @Test
  void aVerdictOfSafeIsNoEvidenceAgainstAThumbDown() {
    FeedbackGiven down = trust.rate("ann", "r1", "down", .03);
    List<FeedbackWeighted> weighted = trust.weighted();
    assertEquals(0, Driven.last(weighted, down).getPriorLogOdds());
    assertTrue(Driven.last(weighted, down).getPRight() > .5);
  }

  @Test
  void aReviewThatIsTakenBackOrOutvotedCountsNoMore() {
    FeedbackGiven label = trust.rate("ann", "r1", "up", .03);
    double first = Driven.last(trust.weighted(), label).getPRight();
    FeedbackGiven review = trust.review("op1", "r1", "down");
    trust.give(Driven.retraction(review, "op1"));
    FeedbackWeighted now = Driven.last(trust.weighted(), label);
    assertEquals(0, now.getReviewLogOdds());
    assertEquals(first, now.getPRight(), .05);
    // A reviewer's last word counts, and two who disagree are nothing
    trust.review("op1", "r1", "down");
    trust.review("op1", "r1", "down");
    double one = Driven.last(trust.weighted(), label).getReviewLogOdds();
    assertEquals(Gold.WORD, one, 1e-9);
    trust.review("op2", "r1", "up");
    assertEquals(0, Driven.last(trust.weighted(), label).getReviewLogOdds());
  }

  @Test
  void whoeverContestsAFilterIsWeighedAsARaterOfItsDecision() {
    FeedbackGiven contest =
        trust.give(
            Samples.feedback("ann", "r1", "disagree", .6)
                .setKind(FeedbackKind.CONTEST_FILTER)
                .build());
    FeedbackGiven thumbs = trust.rate("ann", "r1", "up", .6);
    List<FeedbackWeighted> all = trust.weighted();
    assertEquals("filter:r1", Driven.last(all, contest).getItemId());
    assertTrue(Driven.last(all, contest).getPriorLogOdds() > 0);
    assertTrue(
        !Driven.last(all, contest).getRetracted() && !Driven.last(all, thumbs).getRetracted());
    ReviewTask task = trust.tasks().getFirst();
    assertEquals("filter:r1", task.getItemId());
    assertEquals(ReviewReason.CONTESTED, task.getWhy());
    // When: a reviewer finds that the filter was wrong
    trust.give(
        Samples.feedback("op", "r1", "up", .6)
            .setKind(FeedbackKind.REVIEW)
            .setReasons(List.of(Weights.CONTESTED))
            .build());
    List<FeedbackWeighted> after = trust.weighted();
    assertTrue(Driven.last(after, contest).getPRight() > .9);
    assertTrue(
        after.stream()
            .filter(w -> w.getFeedbackId().equals(thumbs.getFeedbackId()))
            .allMatch(w -> w.getReviewLogOdds() == 0),
        "the reply itself was not reviewed");
  }

  @Test
  void whatThePolicyLeavesToPeopleIsAskedAtOnceAndOnce() {
    TurnScreened verdict =
        TurnScreened.newBuilder(Samples.turn("ann", true))
            .setAction(PolicyAction.HAND_OVER)
            .build();

    var verdicts = trust.in(Topics.VERDICTS.name());
    verdicts.pipeInput("ann", trust.codec.encode(verdict));
    verdicts.pipeInput("ann", trust.codec.encode(verdict));

    List<ReviewTask> tasks = trust.tasks();
    assertEquals(1, tasks.size());
    assertEquals("filter:" + verdict.getReplyId(), tasks.getFirst().getItemId());
    assertEquals(ReviewReason.HANDED_OVER, tasks.getFirst().getWhy());
    // Nobody has judged the person yet: that a policy asks is no finding.
    assertTrue(trust.scores().isEmpty());
  }

  @Test
  void starsAreRatingsAndTheMiddleIsNone() {
    FeedbackGiven one = stars("1");
    FeedbackGiven three = stars("3");
    FeedbackGiven five = stars("5");
    FeedbackGiven odd = stars("many");
    List<FeedbackWeighted> all = trust.weighted();
    assertTrue(Driven.last(all, one).getPRight() > .8);
    assertTrue(Driven.last(all, five).getPRight() < .5);
    assertEquals(0, Driven.last(all, three).getPriorLogOdds());
    assertEquals(0, Driven.last(all, odd).getPriorLogOdds());
    assertEquals(2, trust.scores().getLast().getRatings());
  }

  private FeedbackGiven stars(String label) {
    return trust.give(
        Samples.feedback("ann", "s" + label, label, .9).setKind(FeedbackKind.STARS).build());
  }

  @Test
  void questionsKeepToTheBudgetAndAreAskedOnce() {
    Set<String> items = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      String item = "r" + i % 150;
      items.add(item);
      trust.rate("u" + i, item, i % 3 == 0 ? "down" : "up", .5 + .4 * (i % 2 == 0 ? 1 : -1));
    }
    List<ReviewTask> tasks = trust.tasks();
    assertEquals(20, tasks.size());
    assertEquals(20, tasks.stream().map(ReviewTask::getItemId).distinct().count());
    assertTrue(tasks.stream().allMatch(t -> items.contains(t.getItemId())));
    tasks.forEach(t -> assertNotNull(t.getReplyId()));
  }

  @Test
  void whatTestsMostPeopleIsAskedFirst() {
    for (int i = 1; i <= 21; i++) { // the first label may be asked about, and one of twenty more
      trust.rate("u" + i, i % 3 == 0 ? "many" : "r" + i, "down", .9);
    }
    assertEquals("many", trust.tasks().getLast().getItemId());
  }

  @Test
  void theClassifiersOwnRecordLearnsFromReviews() {
    // Given: reviewers find that what it calls unsafe is all right, many times
    double before = prior(trust.rate("ann", "first", "up", .8));
    for (int i = 0; i < 30; i++) {
      trust.rate("u" + i, "r" + i, "up", .8);
      trust.review("op", "r" + i, "up");
    }
    // Then: its word is worth less
    double after = prior(trust.rate("bob", "last", "up", .8));
    assertTrue(before > .9 && after < 0, before + " before, " + after + " after");
  }

  private double prior(FeedbackGiven given) {
    return Driven.last(trust.weighted(), given).getPriorLogOdds();
  }
}
