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
   * @param atSeconds since the run began, when it ended
   */
  record Seen(Kind kind, double atSeconds, boolean harm, Api.Reply reply) {}

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
