package dev.heed.trust.flow;

import dev.heed.schemas.CloudEvents;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.Verdict;
import dev.heed.trust.reliability.Belief;
import dev.heed.trust.reliability.Params;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Builds the events that leave: feedback with what is believed of it. */
final class Weights {

  /** Stands in {@code reasons} of a review that is about a filter's decision. */
  static final String CONTESTED = "CONTESTED";

  static final String FILTER = "filter:";
  private static final double LIMIT = 8;
  private static final double TINY = 1e-9;

  private Weights() {}

  static Optional<Integer> label(FeedbackGiven feedback, int stars) {
    return label(feedback.getKind(), feedback.getLabel(), stars);
  }

  static Optional<Integer> label(FeedbackWeighted feedback, int stars) {
    return label(feedback.getKind(), feedback.getLabel(), stars);
  }

  /**
   * 1: what is judged is bad, 0: it is good; empty where a piece of feedback says neither. Who
   * contests a filter says that what it stopped is good.
   */
  private static Optional<Integer> label(FeedbackKind kind, String label, int stars) {
    if (label == null) {
      return Optional.empty();
    }
    return switch (kind) {
      case THUMBS, REVIEW -> binary(label, "down", "up");
      case CONTEST_FILTER -> binary(label, "agree", "disagree");
      case STARS -> star(label, stars);
      default -> Optional.empty();
    };
  }

  private static Optional<Integer> binary(String label, String bad, String good) {
    return label.equals(bad)
        ? Optional.of(1)
        : label.equals(good) ? Optional.of(0) : Optional.empty();
  }

  private static Optional<Integer> star(String label, int stars) {
    if (!label.matches("[0-9]{1,4}")) {
      return Optional.empty();
    }
    double middle = (1 + stars) / 2.0;
    double given = Integer.parseInt(label);
    return given == middle ? Optional.empty() : Optional.of(given < middle ? 1 : 0);
  }

  /** What is judged: the reply, or the decision of the filter on it. */
  static String item(FeedbackGiven feedback) {
    boolean filter =
        feedback.getKind() == FeedbackKind.CONTEST_FILTER
            || (feedback.getKind() == FeedbackKind.REVIEW
                && feedback.getReasons().contains(CONTESTED));
    return (filter ? FILTER : "") + feedback.getReplyId();
  }

  /**
   * P(bad) by the classifier, where it knows. What is unsafe is bad; of what is safe it knows
   * nothing more: most thumbs are about dull or wrong replies, and a prior that calls every safe
   * reply good would take all who say so for liars (docs/benchmarks.md, learning in simulation).
   */
  static OptionalDouble prior(String item, Verdict verdict) {
    if (verdict == null || !(verdict.getUnsafe() >= 0 && verdict.getUnsafe() <= 1)) {
      return OptionalDouble.empty();
    }
    boolean knows = verdict.getUnsafe() > .5 || item.startsWith(FILTER);
    return knows ? OptionalDouble.of(verdict.getUnsafe()) : OptionalDouble.empty();
  }

  /** Feedback of which nothing is believed yet: weight 0. */
  static FeedbackWeighted.Builder of(FeedbackGiven feedback) {
    return FeedbackWeighted.newBuilder()
        .setFeedbackId(feedback.getFeedbackId())
        .setPseudonym(feedback.getPseudonym())
        .setItemId(item(feedback))
        .setConversationId(feedback.getConversationId())
        .setTurnId(feedback.getTurnId())
        .setReplyId(feedback.getReplyId())
        .setTenant(feedback.getTenant())
        .setKind(feedback.getKind())
        .setLabel(feedback.getLabel())
        .setReasons(feedback.getReasons())
        .setBetterAnswer(feedback.getBetterAnswer())
        .setPRight(.5)
        .setWeight(0)
        .setReliability(.5)
        .setModel(feedback.getModel())
        .setVerdict(feedback.getVerdict())
        .setShareConsent(feedback.getShareConsent())
        .setGivenAt(feedback.getAt())
        .setWeighedAt(Instant.now());
  }

  /** Feedback that is no rating: as right as its giver usually is. */
  static FeedbackWeighted statement(FeedbackWeighted.Builder event, double[] reliability) {
    return right(event, reliability[0])
        .setReliability(reliability[0])
        .setReliabilitySd(reliability[1])
        .setMovedBy("history")
        .build();
  }

  /** A reviewer's own word. */
  static FeedbackWeighted review(FeedbackWeighted.Builder event, double logOdds) {
    double p = sigmoid(Math.abs(logOdds));
    return right(event, p).setReliability(p).setReviewLogOdds(logOdds).setMovedBy("review").build();
  }

  /** A rating, as the filter believes it. */
  static FeedbackWeighted believed(FeedbackWeighted.Builder event, Belief belief) {
    return with(event, belief, belief.priorLogOdds(), 0, belief.pRight()).build();
  }

  /**
   * A rating of a reviewed item. The filter takes a review for all but certain; here it counts for
   * what reviewers' words are worth.
   *
   * @param known the review's log-odds in the filter
   * @param review what reviewers say together
   */
  static FeedbackWeighted reviewed(
      FeedbackWeighted.Builder event, Belief belief, double known, double review, Verdict verdict) {
    double own = belief.label() == 1 ? belief.pRight() : 1 - belief.pRight();
    double bad = sigmoid(logit(own) - known + review);
    Params params = Params.DEFAULT;
    double prior =
        prior(event.getItemId(), verdict).stream()
            .map(p -> params.kappa() * logit(p))
            .map(p -> Math.clamp(p, -params.anchorClip(), params.anchorClip()))
            .findFirst()
            .orElse(0);
    double right = belief.label() == 1 ? bad : 1 - bad;
    return with(event, belief, prior, review, right).build();
  }

  private static FeedbackWeighted.Builder with(
      FeedbackWeighted.Builder event, Belief belief, double prior, double review, double right) {
    double[] before = evidence(event);
    right(event, right)
        .setReliability(belief.reliability())
        .setReliabilitySd(belief.reliabilitySd())
        .setPriorLogOdds(prior)
        .setCrowdLogOdds(review == 0 ? belief.crowdLogOdds() : 0)
        .setHistoryLogOdds(belief.historyLogOdds())
        .setReviewLogOdds(review);
    return event.setMovedBy(mover(before, evidence(event)));
  }

  private static double[] evidence(FeedbackWeighted.Builder event) {
    return new double[] {
      event.getPriorLogOdds(),
      event.getCrowdLogOdds(),
      event.getHistoryLogOdds(),
      event.getReviewLogOdds()
    };
  }

  /** What changed most. */
  private static String mover(double[] before, double[] after) {
    String[] names = {"prior", "crowd", "history", "review"};
    int most = 0;
    for (int i = 1; i < names.length; i++) {
      if (Math.abs(after[i] - before[i]) > Math.abs(after[most] - before[most])) {
        most = i;
      }
    }
    return names[most];
  }

  private static FeedbackWeighted.Builder right(FeedbackWeighted.Builder event, double p) {
    return event.setPRight(p).setWeight(2 * p - 1);
  }

  /**
   * A later belief of a label, of which no larger part counts than of the earlier: what new
   * accounts gave stays within their cap.
   */
  static FeedbackWeighted revised(FeedbackWeighted last, FeedbackWeighted now) {
    double full = Math.abs(2 * last.getPRight() - 1);
    double part = full < TINY ? 1 : Math.clamp(Math.abs(last.getWeight()) / full, 0, 1);
    boolean whole = part > 1 - TINY;
    return next(last, whole ? now : copy(now).setWeight(now.getWeight() * part).build());
  }

  /** The next version of a belief. */
  static FeedbackWeighted next(FeedbackWeighted last, FeedbackWeighted now) {
    return copy(now).setRevision(last.getRevision() + 1).setWeighedAt(Instant.now()).build();
  }

  static FeedbackWeighted retracted(FeedbackWeighted last) {
    return next(last, right(copy(last), .5).setRetracted(true).build());
  }

  /**
   * Field by field, as Avro's own copy goes deep by way of a cache of classes by name, which fails
   * where two class loaders have loaded the same types.
   */
  static FeedbackWeighted.Builder copy(FeedbackWeighted event) {
    return FeedbackWeighted.newBuilder()
        .setFeedbackId(event.getFeedbackId())
        .setRevision(event.getRevision())
        .setPseudonym(event.getPseudonym())
        .setItemId(event.getItemId())
        .setConversationId(event.getConversationId())
        .setTurnId(event.getTurnId())
        .setReplyId(event.getReplyId())
        .setTenant(event.getTenant())
        .setKind(event.getKind())
        .setLabel(event.getLabel())
        .setReasons(event.getReasons())
        .setBetterAnswer(event.getBetterAnswer())
        .setPRight(event.getPRight())
        .setWeight(event.getWeight())
        .setReliability(event.getReliability())
        .setReliabilitySd(event.getReliabilitySd())
        .setCivility(event.getCivility())
        .setPriorLogOdds(event.getPriorLogOdds())
        .setCrowdLogOdds(event.getCrowdLogOdds())
        .setHistoryLogOdds(event.getHistoryLogOdds())
        .setReviewLogOdds(event.getReviewLogOdds())
        .setMovedBy(event.getMovedBy())
        .setRetracted(event.getRetracted())
        .setModel(event.getModel())
        .setVerdict(event.getVerdict())
        .setShareConsent(event.getShareConsent())
        .setGivenAt(event.getGivenAt())
        .setWeighedAt(event.getWeighedAt());
  }

  private static double logit(double p) {
    double q = Math.clamp(p, 1e-9, 1 - 1e-9);
    return Math.clamp(Math.log(q / (1 - q)), -LIMIT, LIMIT);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** CloudEvents headers, in the trace of the event that caused it. */
  static Headers headers(SpecificRecord event, Headers cause) {
    Headers headers = CloudEvents.headers(Uuid7.randomString(), Topics.TRUST, event);
    Header trace = cause.lastHeader("traceparent");
    if (trace != null) {
      headers.add(trace);
    }
    return headers;
  }
}
