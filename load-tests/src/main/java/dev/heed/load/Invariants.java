package dev.heed.load;

import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.ReplyKind;
import dev.heed.schemas.events.TrustScore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What must hold after a run, whatever was broken while it ran. */
final class Invariants {

  /**
   * @param name what must hold
   * @param broken each case in which it does not; empty when it holds
   * @param checked how many cases were looked at
   */
  record Finding(String name, List<String> broken, int checked) {

    boolean holds() {
      return broken.isEmpty();
    }
  }

  /** Reads what chat-service keeps of a conversation. */
  interface Conversations {

    /**
     * The texts of its replies, by reply id, as the person gets them.
     *
     * @throws IOException when it cannot be read
     */
    Map<String, String> kept(String person, String conversation)
        throws IOException, InterruptedException;
  }

  /** What a topic has of one piece of feedback. */
  record Weighed(double pRight, double weight, String pseudonym, int firsts) {}

  private final TopicsAfter topics;
  private final Ledger ledger;
  private final Duration catchUp;
  private final Map<String, Weighed> weighed = new HashMap<>();

  /**
   * @param catchUp how long feedback may be on its way to its weight
   */
  Invariants(TopicsAfter topics, Ledger ledger, Duration catchUp) {
    this.topics = topics;
    this.ledger = ledger;
    this.catchUp = catchUp;
  }

  /** Checks all of them; waits a while for what is still on its way. */
  List<Finding> check(String metrics, Conversations conversations) throws InterruptedException {
    awaitWeights();
    return List.of(
        noUnscreenedToken(metrics),
        shownTextWasReleased(),
        nothingLost(),
        nothingTwice(),
        scores(),
        conversations(conversations),
        offsets());
  }

  /** Feedback by id as trust-service left it, after {@link #check}. */
  Map<String, Weighed> weighed() {
    return Map.copyOf(weighed);
  }

  private static Finding noUnscreenedToken(String metrics) {
    List<String> lines =
        metrics.lines().filter(l -> l.startsWith("heed_safety_tokens_shown_unscreened")).toList();
    List<String> broken = new ArrayList<>(lines.stream().filter(l -> !l.endsWith(" 0.0")).toList());
    if (lines.isEmpty()) {
      broken.add("safety-service does not say");
    }
    return new Finding("No token left safety-service without a verdict", broken, lines.size());
  }

  /** Every text on a screen is one that safety-service wrote, with its verdict, for that reply. */
  private Finding shownTextWasReleased() {
    Map<String, Map<Integer, TreeMap<Integer, ReplyChunk>>> released = new HashMap<>();
    topics.read(
        Topics.REPLIES,
        ReplyChunk.class,
        chunk ->
            released
                .computeIfAbsent(chunk.getReplyId(), _ -> new TreeMap<>())
                .computeIfAbsent(chunk.getAttempt(), _ -> new TreeMap<>())
                .putIfAbsent(chunk.getSequence(), chunk));
    List<String> broken = new ArrayList<>();
    int checked = 0;
    for (Ledger.Seen seen : ledger.seen()) {
      String id = seen.reply().replyId();
      if (!id.isEmpty() && !seen.reply().shown().isEmpty()) {
        checked++;
        var attempts = released.getOrDefault(id, Map.of()).values();
        if (attempts.stream().noneMatch(chunks -> covers(chunks, seen.reply().shown()))) {
          broken.add("reply " + id + " (" + seen.reply().end() + ")");
        }
      }
    }
    return new Finding("What people saw is what safety-service released", broken, checked);
  }

  private static boolean covers(TreeMap<Integer, ReplyChunk> chunks, String shown) {
    StringBuilder text = new StringBuilder();
    for (ReplyChunk chunk : chunks.values()) {
      if (chunk.getKind() == ReplyKind.REFUSAL || chunk.getKind() == ReplyKind.WITHDRAWAL) {
        if (chunk.getText().equals(shown)) {
          return true;
        }
      } else if (chunk.getKind() == ReplyKind.CONTENT) {
        if (chunk.getVerdict() == null && !chunk.getText().isEmpty()) {
          return false; // released without a verdict
        }
        text.append(chunk.getText());
      }
    }
    return text.toString().startsWith(shown);
  }

  private Finding nothingLost() {
    Map<String, Integer> events = new HashMap<>();
    topics.read(
        Topics.FEEDBACK_EVENTS,
        FeedbackGiven.class,
        given -> events.merge(given.getFeedbackId(), 1, Integer::sum));
    List<String> broken = new ArrayList<>();
    for (String id : ledger.given().keySet()) {
      if (!events.containsKey(id)) {
        broken.add(id + " is not in feedback.events");
      } else if (!weighed.containsKey(id)) {
        broken.add(id + " was never weighed");
      }
    }
    return new Finding("No accepted feedback was lost", broken, ledger.given().size());
  }

  private Finding nothingTwice() {
    List<String> broken =
        ledger.given().keySet().stream()
            .filter(id -> weighed.containsKey(id) && weighed.get(id).firsts() != 1)
            .map(id -> id + " was counted " + weighed.get(id).firsts() + " times")
            .toList();
    return new Finding("No feedback was counted twice", broken, ledger.given().size());
  }

  /** A person's score says as many ratings as were taken from them: store and topics agree. */
  private Finding scores() {
    Map<String, Long> ratings = new HashMap<>();
    topics.read(
        Topics.TRUST_SCORES,
        TrustScore.class,
        score -> ratings.put(score.getPseudonym(), score.getRatings()));
    Map<String, Long> expected = new HashMap<>();
    for (String id : ledger.given().keySet()) {
      Weighed belief = weighed.get(id);
      if (belief != null) {
        expected.merge(belief.pseudonym(), 1L, Long::sum);
      }
    }
    List<String> broken = new ArrayList<>();
    expected.forEach(
        (pseudonym, count) -> {
          // Feedback whose answer got lost may have counted, too.
          long said = ratings.getOrDefault(pseudonym, 0L);
          if (said < count || said > count + ledger.unsettledCount()) {
            broken.add("a person gave " + count + " ratings, the store says " + said);
          }
        });
    return new Finding("Stores and topics agree on every person", broken, expected.size());
  }

  /** What was said to its end is what the conversation's store keeps. */
  private Finding conversations(Conversations store) throws InterruptedException {
    Map<String, Map<String, String>> read = new HashMap<>();
    List<String> broken = new ArrayList<>();
    int checked = 0;
    for (Ledger.Seen seen : ledger.seen()) {
      if (!seen.reply().end().equals("done")) {
        continue;
      }
      checked++;
      String id = seen.conversation();
      try {
        if (!read.containsKey(id)) {
          read.put(id, store.kept(seen.person(), id));
        }
        String kept = read.get(id).get(seen.reply().replyId());
        if (!seen.reply().shown().equals(kept)) {
          broken.add("reply " + seen.reply().replyId() + (kept == null ? " is gone" : " differs"));
        }
      } catch (IOException e) {
        broken.add("a conversation cannot be read: " + e.getMessage());
      }
    }
    return new Finding("Conversations keep every reply as it was shown", broken, checked);
  }

  /** Waits as long as the groups come on: a slow machine is not a stuck one. */
  private Finding offsets() throws InterruptedException {
    CaughtUp groups = topics.groups();
    long end = System.nanoTime() + catchUp.toNanos();
    CaughtUp.Outcome outcome = groups.look();
    while (!outcome.broken().isEmpty() && System.nanoTime() < end) {
      TimeUnit.SECONDS.sleep(1);
      CaughtUp.Outcome next = groups.look();
      if (!next.broken().equals(outcome.broken())) {
        end = System.nanoTime() + catchUp.toNanos();
      }
      outcome = next;
    }
    return new Finding(
        "Offsets and topics agree for every group", outcome.broken(), outcome.checked());
  }

  private void awaitWeights() throws InterruptedException {
    long end = System.nanoTime() + catchUp.toNanos();
    do {
      weighed.clear();
      topics.read(Topics.FEEDBACK_WEIGHTED, FeedbackWeighted.class, this::weigh);
      if (weighed.keySet().containsAll(ledger.given().keySet())) {
        return;
      }
      TimeUnit.SECONDS.sleep(1);
    } while (System.nanoTime() < end);
  }

  private void weigh(FeedbackWeighted belief) {
    int first = belief.getRevision() == 0 ? 1 : 0;
    weighed.merge(
        belief.getFeedbackId(),
        new Weighed(belief.getPRight(), belief.getWeight(), belief.getPseudonym(), first),
        (old, now) ->
            new Weighed(now.pRight(), now.weight(), now.pseudonym(), old.firsts() + now.firsts()));
  }
}
