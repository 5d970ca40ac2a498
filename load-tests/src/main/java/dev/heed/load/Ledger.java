package dev.heed.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that happened to the people, in order, to be measured and to be held against the topics. */
final class Ledger {

  /**
   * A reply that somebody got.
   *
   * @param person whose key opens the conversation
   * @param startSeconds since the run began, when it was asked for
   * @param atSeconds since the run began, when it ended
   */
  record Seen(
      Kind kind,
      String person,
      String conversation,
      double startSeconds,
      double atSeconds,
      boolean harm,
      Api.Reply reply) {

    /** It ended otherwise than with text, a refusal or a withdrawal. */
    boolean failed() {
      return switch (reply.end()) {
        case "failure", "broken", "rejected" -> true;
        default -> false;
      };
    }

    /** The longest time in which nothing new came onto the screen. */
    double longestSilenceSeconds() {
      if (reply.firstTextMillis().isNaN()) {
        return atSeconds - startSeconds;
      }
      double gap = reply.gapsMillis().stream().mapToDouble(Double::doubleValue).max().orElse(0);
      return Math.max(reply.firstTextMillis(), gap) / 1e3;
    }
  }

  /**
   * A thumb that Kafka has (HTTP 202).
   *
   * @param right whether it says what the reply deserved
   */
  record Given(String feedbackId, String replyId, Kind kind, boolean up, boolean right) {}

  private final List<Seen> seen = new ArrayList<>();
  private final Map<String, Given> given = new LinkedHashMap<>();
  private final Map<String, Integer> refused = new LinkedHashMap<>();
  private int unsettled;
  private int reviewed;

  synchronized void saw(Seen reply) {
    seen.add(reply);
  }

  synchronized void gave(Given feedback) {
    given.put(feedback.feedbackId(), feedback);
  }

  /** Feedback that was turned down; the status tells why. */
  synchronized void refused(int status) {
    refused.merge(Integer.toString(status), 1, Integer::sum);
  }

  /** Feedback of which nobody knows whether it was taken: it may count once or not at all. */
  synchronized void unsettled() {
    unsettled++;
  }

  /** An operator's answer to a question that Kafka has. */
  synchronized void reviewed() {
    reviewed++;
  }

  synchronized int reviews() {
    return reviewed;
  }

  synchronized List<Seen> seen() {
    return List.copyOf(seen);
  }

  synchronized Map<String, Given> given() {
    return Map.copyOf(given);
  }

  synchronized Map<String, Integer> refusals() {
    return Map.copyOf(refused);
  }

  synchronized int unsettledCount() {
    return unsettled;
  }
}
