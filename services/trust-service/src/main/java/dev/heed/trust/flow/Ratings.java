package dev.heed.trust.flow;

import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.ReviewReason;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.Verdict;
import dev.heed.trust.reliability.Belief;
import dev.heed.trust.reliability.Circumstances;
import dev.heed.trust.reliability.Item;
import dev.heed.trust.reliability.Rater;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Weighs feedback. Every piece counts once, by its id; one that is retracted, even before it
 * arrives, weighs nothing. What reviewers say is gold: raters are tested on it, and so is the
 * classifier.
 */
final class Ratings {

  /** Raters that are looked at again after a review: it moved the classifier's record. */
  private static final int RECHECKED = 64;

  private static final byte[] RETRACTED_EARLY = {};

  private final Work work;
  private final People people;
  private final Questions questions;
  private final Gold gold;
  private final Newcomers newcomers;
  private final SameWords words = new SameWords();
  private final Set<String> moved = new LinkedHashSet<>();
  private final Set<String> recent = new LinkedHashSet<>();

  Ratings(Work work, People people, Questions questions) {
    this.work = work;
    this.people = people;
    this.questions = questions;
    this.gold = new Gold(work);
    this.newcomers = new Newcomers(work);
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
    words.comment(user, feedback.getComment()).forEach(other -> work.filter.merge(user, other));
    if (label.isEmpty()) {
      double[] reliability = work.filter.reliability(work.memory.rater(user));
      work.emit(Weights.statement(weighted(feedback), reliability));
      return;
    }
    String item = Weights.item(feedback);
    boolean review = feedback.getKind() == FeedbackKind.REVIEW;
    (review ? work.review(item, user) : work.word(item, user)).ifPresent(this::takeBack);
    if (review) {
      review(feedback, label.get(), item + "/review:" + user);
      return;
    }
    OptionalDouble prior = Weights.prior(item, feedback.getVerdict());
    recent(user);
    List<Belief> beliefs =
        work.filter.rate(user, item, label.get(), prior, circumstances(feedback));
    work.filter.group(user).ifPresent(_ -> work.meters.merged());
    work.memory.item(item).ifPresent(rated -> keep(rated, user, feedback.getFeedbackId()));
    for (Belief belief : beliefs) {
      if (belief.revision()) {
        revise(belief);
      } else {
        FeedbackWeighted event = believed(weighted(feedback), belief, feedback.getVerdict());
        event = newcomers.capped(event, ratings(user));
        work.emit(event);
        questions.consider(event, label.get(), prior);
      }
    }
    double known = gold.logOdds(item); // by a review of before anybody here rated it
    if (known != 0 && work.filter.reviewed(item) == 0) {
      work.filter.review(item, known > 0 ? 1 : 0).forEach(this::revise);
    }
  }

  private void keep(Item item, String user, String feedbackId) {
    item.word(user, feedbackId);
    work.memory.keep(item);
  }

  /** Where the account came from, and when it said so. */
  private static Circumstances circumstances(FeedbackGiven feedback) {
    return new Circumstances(
        Optional.ofNullable(feedback.getCohort()).stream().toList(),
        OptionalLong.of(feedback.getAt().toEpochMilli()));
  }

  private long ratings(String user) {
    return work.memory.rater(user).map(Rater::events).orElse(0L);
  }

  private void recent(String user) {
    recent.remove(user);
    recent.add(user);
    if (recent.size() > RECHECKED) {
      recent.remove(recent.iterator().next());
    }
  }

  /** A reviewer's answer goes on to all partitions, this one too, before it counts. */
  private void review(FeedbackGiven feedback, int label, String place) {
    if (work.store(Store.BY_ITEM).get(place) == null) {
      work.age(Store.BY_ITEM, place);
    }
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
    questions.answered(item, task.getLogOdds());
    gold.add(item, task.getTaskId(), task.getLogOdds());
    Set<String> users = work.raters(item);
    Set<String> told = new HashSet<>();
    for (Belief belief : reviewed(item, gold.logOdds(item))) {
      revise(belief);
      if (belief.item().equals(item)) {
        told.add(belief.user());
      }
    }
    // Also who was right all along: their labels are known now by more than guesses.
    users.stream()
        .filter(user -> !told.contains(user))
        .flatMap(user -> work.filter.belief(user, item).stream())
        .forEach(this::revise);
    if (!users.isEmpty()) {
      moved.addAll(users);
      moved.forEach(user -> people.score(user, Optional.of("review"), Optional.empty()));
    }
  }

  /** Lets the filter know what all reviewers of an item say together now. */
  private List<Belief> reviewed(String item, double sum) {
    List<Belief> beliefs = new ArrayList<>();
    double before = work.filter.reviewed(item);
    if (before != 0 && before * sum <= 0) {
      beliefs.addAll(work.filter.unreview(item));
    }
    if (sum != 0 && before * sum <= 0) {
      beliefs.addAll(work.filter.review(item, sum > 0 ? 1 : 0));
    }
    if (!beliefs.isEmpty()) { // the classifier's record has moved
      recent.forEach(work.filter::recheck);
    }
    return beliefs;
  }

  private void revise(Belief belief) {
    moved.add(belief.user());
    work.word(belief.item(), belief.user())
        .ifPresent(
            last -> {
              work.meters.revision();
              work.emit(
                  Weights.revised(last, believed(Weights.copy(last), belief, last.getVerdict())));
            });
  }

  private FeedbackWeighted believed(
      FeedbackWeighted.Builder event, Belief belief, Verdict verdict) {
    double sum = gold.logOdds(belief.item());
    return sum == 0
        ? Weights.believed(event, belief)
        : Weights.reviewed(event, belief, work.filter.reviewed(belief.item()), sum, verdict);
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

  /** Forgets a person beyond what they said. */
  void erase(String pseudonym) {
    words.erase(pseudonym);
    recent.remove(pseudonym);
  }

  /** Lets a piece of feedback have no say any more. */
  void forget(FeedbackWeighted given) {
    String user = given.getPseudonym();
    String item = given.getItemId();
    boolean review = given.getKind() == FeedbackKind.REVIEW;
    boolean counts =
        (review ? work.review(item, user) : work.word(item, user))
            .filter(word -> word.getFeedbackId().equals(given.getFeedbackId()))
            .isPresent();
    if (!counts) {
      return; // a comment or the like: the rating of the same reply stays
    }
    work.store(Store.BY_ITEM).delete(item + "/" + (review ? "review:" : "") + user);
    if (review) {
      answer(given, given.getLabel(), 0);
    } else {
      work.filter.retract(user, item).forEach(this::revise);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
