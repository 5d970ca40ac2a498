package dev.heed.trust.flow;

import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.PolicyAction;
import dev.heed.schemas.events.ReviewReason;
import dev.heed.schemas.events.ReviewTask;
import dev.heed.schemas.events.TurnScreened;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Picks what reviewers are asked, within a budget of questions per label: of the labels that wait,
 * the one whose answer is least known. An item is asked about once.
 */
final class Questions {

  private static final String BUDGET = "questions";
  private static final byte[] ASKED = {};

  /** Before every question about a label, whose gain is 2 ln 2 at most: somebody waits. */
  private static final double FIRST = 10;

  private final Work work;
  private Map<String, ReviewTask> waiting; // as in the store

  Questions(Work work) {
    this.work = work;
  }

  /** Looks at a label that has just been weighed, and asks if the budget allows. */
  void consider(FeedbackWeighted weighted) {
    Staged store = work.store(Store.QUESTIONS);
    Map<String, ReviewTask> waiting = waiting();
    long[] counted = work.counters(BUDGET); // labels, questions
    counted[0]++;
    byte[] known = store.get(weighted.getItemId());
    boolean asked = known != null && known.length == 0;
    if (!asked && work.store(Store.GOLD).under(weighted.getItemId() + "/").isEmpty()) {
      put(task(weighted));
    }
    if (counted[1] < work.config.review().budget() * counted[0] && !waiting.isEmpty()) {
      counted[1]++;
      ask(worst(Comparator.reverseOrder()));
    }
    work.counters(BUDGET, counted);
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

  /** Nobody needs to be asked about an item any more. */
  void drop(String item) {
    waiting().remove(item);
    work.store(Store.QUESTIONS).delete(item);
  }

  private Map<String, ReviewTask> waiting() {
    if (waiting == null) {
      waiting = new HashMap<>();
      work.store(Store.QUESTIONS)
          .under("")
          .forEach(
              (item, bytes) -> {
                if (bytes.length > 0) {
                  waiting.put(item, work.codec.decode(bytes, ReviewTask.class));
                }
              });
    }
    return waiting;
  }

  private void put(ReviewTask task) {
    if (work.store(Store.QUESTIONS).get(task.getItemId()) == null) {
      work.age(Store.QUESTIONS, task.getItemId());
    }
    waiting().put(task.getItemId(), task);
    work.store(Store.QUESTIONS).put(task.getItemId(), work.codec.encode(task));
    if (waiting().size() > work.config.review().waiting()) {
      drop(worst(Comparator.naturalOrder()).getItemId());
    }
  }

  private ReviewTask worst(Comparator<Double> order) {
    return waiting().values().stream()
        .min(
            Comparator.comparing(ReviewTask::getExpectedGain, order)
                .thenComparing(ReviewTask::getItemId))
        .orElseThrow();
  }

  private void ask(ReviewTask task) {
    waiting().remove(task.getItemId());
    work.store(Store.QUESTIONS).put(task.getItemId(), ASKED);
    work.meters.asked(task.getWhy());
    work.send(TrustTopology.QUESTIONS, task.getItemId(), work.codec.encode(task), task);
  }

  private ReviewTask task(FeedbackWeighted weighted) {
    ReviewReason why = reason(weighted);
    // A contest is a person's word against ours: of two that are as open, it comes first.
    double gain = entropy(weighted.getPRight()) * (why == ReviewReason.CONTESTED ? 2 : 1);
    return ReviewTask.newBuilder()
        .setTaskId(Uuid7.randomString())
        .setItemId(weighted.getItemId())
        .setConversationId(weighted.getConversationId())
        .setTurnId(weighted.getTurnId())
        .setReplyId(weighted.getReplyId())
        .setWhy(why)
        .setExpectedGain(gain)
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
