package dev.heed.trust.flow;

import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.PolicyAction;
import dev.heed.schemas.events.ReviewReason;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.trust.reliability.ReviewPlan;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Asks reviewers, within a budget of questions per label. Who contests a filter has a person's word
 * against ours and is heard first; the rest goes to what {@link ReviewPlan} gains most from. An
 * item is asked about once, also after a restart, which the plan itself does not outlive.
 */
final class Questions {

  private static final String BUDGET = "questions";
  private static final byte[] ASKED = {};

  /** Before every question about a label, whose gain is ln 2 at most: somebody waits. */
  private static final double FIRST = 10;

  private final Work work;
  private final ReviewPlan plan;
  private Map<String, ReviewTask> contests; // as in the store

  Questions(Work work) {
    this.work = work;
    this.plan = new ReviewPlan(work.config.review().budget() > 0 ? 1 : 0); // the budget is ours
  }

  /**
   * Looks at a label that has just been weighed, and asks if the budget allows.
   *
   * @param prior P(bad) by the classifier
   */
  void consider(FeedbackWeighted weighted, int label, OptionalDouble prior) {
    long[] counted = work.counters(BUDGET); // labels, questions
    counted[0]++;
    if (weighted.getKind() != FeedbackKind.CONTEST_FILTER) {
      plan.rated(weighted.getPseudonym(), weighted.getItemId(), label, prior);
    } else if (isOpen(weighted.getItemId())) {
      put(task(weighted));
    }
    if (counted[1] < work.config.review().budget() * counted[0] && ask()) {
      counted[1]++;
    }
    work.counters(BUDGET, counted);
  }

  private boolean isOpen(String item) {
    return work.store(Store.QUESTIONS).get(item) == null
        && work.store(Store.GOLD).get(item) == null;
  }

  /**
   * Asks at once when the policy leaves a text to people: outside the budget, since somebody waits.
   * The answer says whether what was stopped was all right, as with a contested filter.
   */
  void handOver(TurnScreened verdict) {
    String item = Weights.FILTER + verdict.getReplyId();
    if (verdict.getAction() != PolicyAction.HAND_OVER
        || work.store(Store.QUESTIONS).get(item) != null) {
      return;
    }
    work.age(Store.QUESTIONS, item);
    ask(
        ReviewTask.newBuilder()
            .setTaskId(Uuid7.randomString())
            .setItemId(item)
            .setConversationId(verdict.getConversationId())
            .setTurnId(verdict.getTurnId())
            .setReplyId(verdict.getReplyId())
            .setWhy(ReviewReason.HANDED_OVER)
            .setExpectedGain(FIRST)
            .setAt(Instant.ofEpochMilli(work.time()))
            .build());
  }

  /**
   * Reviewers have said what an item is: nobody needs to be asked any more.
   *
   * @param logOdds of bad
   */
  void answered(String item, double logOdds) {
    plan.answered(item, logOdds > 0 ? 1 : 0);
    contests().remove(item);
    work.store(Store.QUESTIONS).delete(item);
  }

  private Map<String, ReviewTask> contests() {
    if (contests == null) {
      contests = new HashMap<>();
      work.store(Store.QUESTIONS)
          .under("")
          .forEach(
              (item, bytes) -> {
                if (bytes.length > 0) {
                  contests.put(item, work.codec.decode(bytes, ReviewTask.class));
                }
              });
    }
    return contests;
  }

  private void put(ReviewTask task) {
    work.age(Store.QUESTIONS, task.getItemId());
    if (contests().size() < work.config.review().waiting()) {
      contests().put(task.getItemId(), task);
      work.store(Store.QUESTIONS).put(task.getItemId(), work.codec.encode(task));
    }
  }

  private boolean ask() {
    if (!contests().isEmpty()) {
      ask(contests().values().iterator().next());
      return true;
    }
    for (var item = plan.next(); item.isPresent(); item = plan.next()) {
      Optional<ReviewTask> task = item.filter(this::isOpen).flatMap(this::task);
      if (task.isPresent()) {
        work.age(Store.QUESTIONS, item.get());
        ask(task.get());
        return true;
      }
    }
    return false;
  }

  private void ask(ReviewTask task) {
    contests().remove(task.getItemId());
    work.store(Store.QUESTIONS).put(task.getItemId(), ASKED);
    work.meters.asked(task.getWhy());
    work.send(TrustTopology.QUESTIONS, task.getItemId(), work.codec.encode(task), task);
  }

  /** The question about an item, by one of its labels; empty when none of them stands. */
  private Optional<ReviewTask> task(String item) {
    return work.raters(item).stream()
        .flatMap(user -> work.word(item, user).stream())
        .findFirst()
        .map(this::task);
  }

  private ReviewTask task(FeedbackWeighted weighted) {
    return ReviewTask.newBuilder()
        .setTaskId(Uuid7.randomString())
        .setItemId(weighted.getItemId())
        .setConversationId(weighted.getConversationId())
        .setTurnId(weighted.getTurnId())
        .setReplyId(weighted.getReplyId())
        .setWhy(reason(weighted))
        .setExpectedGain(entropy(weighted.getPRight()))
        .setAt(Instant.ofEpochMilli(work.time()))
        .build();
  }

  private static ReviewReason reason(FeedbackWeighted weighted) {
    if (weighted.getKind() == FeedbackKind.CONTEST_FILTER) {
      return ReviewReason.CONTESTED;
    }
    double prior = weighted.getPriorLogOdds();
    if (prior * weighted.getCrowdLogOdds() < 0 || prior * weighted.getHistoryLogOdds() < 0) {
      return ReviewReason.DISAGREEMENT;
    }
    return prior < 0 ? ReviewReason.UNSEEN : ReviewReason.INFLUENCE;
  }

  /** In nats. */
  private static double entropy(double p) {
    return p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log1p(-p);
  }
}
