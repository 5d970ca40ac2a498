package dev.heed.trust.flow;

import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.ReviewReason;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.Verdict;
import dev.heed.trust.reliability.Belief;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Weighs feedback. Every piece counts once, by its id; one that is retracted, even before it
 * arrives, weighs nothing. What reviewers say is gold: it takes the place of the classifier's word.
 */
final class Ratings {

  private static final byte[] RETRACTED_EARLY = {};

  private final Work work;
  private final People people;
  private final Questions questions;
  private final Gold gold;
  private final Set<String> moved = new LinkedHashSet<>();

  Ratings(Work work, People people, Questions questions) {
    this.work = work;
    this.people = people;
    this.questions = questions;
    this.gold = new Gold(work);
  }

  /** A piece of feedback. */
  void take(FeedbackGiven feedback) {
    moved.clear();
    String key = key(feedback.getPseudonym(), feedback.getFeedbackId());
    byte[] known = work.store(Store.FEEDBACK).get(key);
    if (feedback.getKind() == FeedbackKind.RETRACT) {
      retract(feedback);
    } else if (known != null && known.length > 0) {
      work.meters.duplicate();
    } else if (known != null) {
      // Its giver took it back before it came: it is on the record, and weighs nothing.
      work.emit(Weights.retracted(weighted(feedback).build()));
    } else {
      work.meters.feedback(feedback.getKind());
      give(feedback);
    }
    work.keepPopulation();
    people.score(
        feedback.getPseudonym(), Optional.of("history"), Optional.ofNullable(feedback.getCohort()));
    moved.remove(feedback.getPseudonym());
    moved.forEach(user -> people.score(user, Optional.of("crowd"), Optional.empty()));
  }

  private static String key(String pseudonym, String feedbackId) {
    return pseudonym + "/" + feedbackId;
  }

  private FeedbackWeighted.Builder weighted(FeedbackGiven feedback) {
    return Weights.of(feedback).setCivility(people.civility(feedback.getPseudonym()).mean());
  }

  private void give(FeedbackGiven feedback) {
    Optional<Integer> label = Weights.label(feedback, work.config.stars());
    String user = feedback.getPseudonym();
    if (label.isEmpty()) {
      double[] reliability = work.filter.reliability(work.memory.rater(user));
      work.emit(Weights.statement(weighted(feedback), reliability));
      return;
    }
    String item = Weights.item(feedback);
    String place = item + "/" + (feedback.getKind() == FeedbackKind.REVIEW ? "review:" : "") + user;
    word(place, user).ifPresent(this::takeBack); // the last word counts
    if (feedback.getKind() == FeedbackKind.REVIEW) {
      review(feedback, label.get(), place);
      return;
    }
    work.store(Store.BY_ITEM).put(place, utf8(feedback.getFeedbackId()));
    OptionalDouble prior = gold.prior(item, Weights.prior(item, feedback.getVerdict()));
    for (Belief belief : work.filter.rate(user, item, label.get(), prior)) {
      if (belief.revision()) {
        revise(belief);
      } else {
        FeedbackWeighted event = believed(weighted(feedback), belief, feedback.getVerdict());
        work.emit(event);
        questions.consider(event);
      }
    }
  }

  /** A reviewer's answer goes on to all partitions, this one too, before it counts. */
  private void review(FeedbackGiven feedback, int label, String place) {
    work.store(Store.BY_ITEM).put(place, utf8(feedback.getFeedbackId()));
    double word = label == 1 ? Gold.WORD : -Gold.WORD;
    work.emit(Weights.review(weighted(feedback), word));
    answer(Weights.of(feedback).build(), feedback.getLabel(), word);
  }

  private void answer(FeedbackWeighted review, String label, double word) {
    ReviewTask answer =
        ReviewTask.newBuilder()
            .setTaskId(review.getFeedbackId())
            .setItemId(review.getItemId())
            .setConversationId(review.getConversationId())
            .setTurnId(review.getTurnId())
            .setReplyId(review.getReplyId())
            .setWhy(ReviewReason.UNKNOWN)
            .setAnswer(label)
            .setLogOdds(word)
            .setAt(Instant.ofEpochMilli(work.time()))
            .build();
    work.send(TrustTopology.GOLD, review.getItemId(), work.codec.encode(answer), answer);
  }

  /** An answer of reviewers that has come round; a question changes nothing here. */
  void review(ReviewTask task) {
    if (task.getAnswer() == null) {
      return;
    }
    moved.clear();
    String item = task.getItemId();
    questions.drop(item);
    gold.add(item, task.getTaskId(), task.getLogOdds());
    List<String> users =
        work.store(Store.BY_ITEM).under(item + "/").keySet().stream()
            .map(key -> key.substring(item.length() + 1))
            .filter(user -> !user.startsWith("review:"))
            .toList();
    // All are taken back, then all rate again: what the classifier says is fixed at the first one.
    users.forEach(user -> work.filter.retract(user, item).forEach(this::revise));
    work.memory.flush();
    work.memory.dropItem(item);
    users.forEach(user -> rateAgain(user, item));
    if (!users.isEmpty()) {
      work.keepPopulation();
      moved.addAll(users);
      moved.forEach(user -> people.score(user, Optional.of("review"), Optional.empty()));
    }
  }

  private void rateAgain(String user, String item) {
    word(item + "/" + user, user)
        .ifPresent(
            last -> {
              int label = Weights.label(last, work.config.stars()).orElseThrow();
              OptionalDouble prior = gold.prior(item, Weights.prior(item, last.getVerdict()));
              work.filter.rate(user, item, label, prior).forEach(this::revise);
            });
  }

  private void revise(Belief belief) {
    moved.add(belief.user());
    word(belief.item() + "/" + belief.user(), belief.user())
        .ifPresent(
            last -> {
              work.meters.revision();
              work.emit(
                  Weights.next(last, believed(Weights.copy(last), belief, last.getVerdict())));
            });
  }

  private FeedbackWeighted believed(
      FeedbackWeighted.Builder event, Belief belief, Verdict verdict) {
    double sum = gold.logOdds(belief.item());
    return sum == 0
        ? Weights.believed(event, belief)
        : Weights.reviewed(event, belief, sum, verdict);
  }

  /** What counts as somebody's word on an item. */
  private Optional<FeedbackWeighted> word(String place, String user) {
    return Optional.ofNullable(work.store(Store.BY_ITEM).get(place))
        .map(
            id -> work.store(Store.FEEDBACK).get(key(user, new String(id, StandardCharsets.UTF_8))))
        .filter(bytes -> bytes.length > 0)
        .map(bytes -> work.codec.decode(bytes, FeedbackWeighted.class));
  }

  private void retract(FeedbackGiven feedback) {
    if (feedback.getRetracts() == null) {
      return;
    }
    String key = key(feedback.getPseudonym(), feedback.getRetracts());
    byte[] bytes = work.store(Store.FEEDBACK).get(key);
    if (bytes == null) {
      work.store(Store.FEEDBACK).put(key, RETRACTED_EARLY);
      work.age(Store.FEEDBACK, key);
    } else if (bytes.length > 0) {
      FeedbackWeighted given = work.codec.decode(bytes, FeedbackWeighted.class);
      if (!given.getRetracted()) {
        takeBack(given);
      }
    }
  }

  private void takeBack(FeedbackWeighted given) {
    work.meters.retraction();
    work.emit(Weights.retracted(given));
    forget(given);
  }

  /** Lets a piece of feedback have no say any more. */
  void forget(FeedbackWeighted given) {
    String user = given.getPseudonym();
    boolean review = given.getKind() == FeedbackKind.REVIEW;
    String place = given.getItemId() + "/" + (review ? "review:" : "") + user;
    byte[] word = work.store(Store.BY_ITEM).get(place);
    if (word == null || !given.getFeedbackId().equals(new String(word, StandardCharsets.UTF_8))) {
      return; // a comment or the like: the rating of the same reply stays
    }
    work.store(Store.BY_ITEM).delete(place);
    if (review) {
      answer(given, given.getLabel(), 0);
    } else {
      work.filter.retract(user, given.getItemId()).forEach(this::revise);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
