package dev.heed.trust.flow;

import dev.heed.schemas.CloudEvents;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.trust.reliability.Belief;
import java.time.Instant;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Builds the events that leave: feedback with what is believed of it. */
final class Weights {

  private Weights() {}

  /** 1: the reply was bad, 0: it was good; empty where a piece of feedback says neither. */
  static Optional<Integer> label(FeedbackGiven feedback) {
    boolean rating =
        feedback.getKind() == FeedbackKind.THUMBS || feedback.getKind() == FeedbackKind.REVIEW;
    if (!rating || feedback.getLabel() == null) {
      return Optional.empty();
    }
    return switch (feedback.getLabel()) {
      case "down" -> Optional.of(1);
      case "up" -> Optional.of(0);
      default -> Optional.empty();
    };
  }

  /** Feedback of which nothing is believed yet: weight 0. */
  static FeedbackWeighted of(FeedbackGiven feedback) {
    return FeedbackWeighted.newBuilder()
        .setFeedbackId(feedback.getFeedbackId())
        .setPseudonym(feedback.getPseudonym())
        .setItemId(feedback.getReplyId())
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
        .setWeighedAt(Instant.now())
        .build();
  }

  /** Feedback that is no rating: as right as its giver usually is. */
  static FeedbackWeighted of(FeedbackGiven feedback, double[] reliability, Civility civility) {
    return copy(of(feedback))
        .setPRight(reliability[0])
        .setWeight(2 * reliability[0] - 1)
        .setReliability(reliability[0])
        .setReliabilitySd(reliability[1])
        .setCivility(civility.mean())
        .build();
  }

  static FeedbackWeighted of(FeedbackGiven feedback, Belief belief, Civility civility) {
    return with(copy(of(feedback)), belief).setCivility(civility.mean()).build();
  }

  static FeedbackWeighted revised(FeedbackWeighted last, Belief belief) {
    return with(copy(last), belief)
        .setRevision(last.getRevision() + 1)
        .setWeighedAt(Instant.now())
        .build();
  }

  static FeedbackWeighted retracted(FeedbackWeighted last) {
    return copy(last)
        .setRevision(last.getRevision() + 1)
        .setRetracted(true)
        .setPRight(.5)
        .setWeight(0)
        .setWeighedAt(Instant.now())
        .build();
  }

  /**
   * Field by field, as Avro's own copy goes deep by way of a cache of classes by name, which fails
   * where two class loaders have loaded the same types.
   */
  private static FeedbackWeighted.Builder copy(FeedbackWeighted event) {
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
        .setReviewLogOdds(event.getReviewLogOdds())
        .setRetracted(event.getRetracted())
        .setModel(event.getModel())
        .setVerdict(event.getVerdict())
        .setShareConsent(event.getShareConsent())
        .setGivenAt(event.getGivenAt())
        .setWeighedAt(event.getWeighedAt());
  }

  private static FeedbackWeighted.Builder with(FeedbackWeighted.Builder builder, Belief belief) {
    return builder
        .setPRight(belief.pRight())
        .setWeight(belief.weight())
        .setReliability(belief.reliability())
        .setReliabilitySd(belief.reliabilitySd())
        .setPriorLogOdds(belief.priorLogOdds())
        .setCrowdLogOdds(belief.crowdLogOdds());
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
