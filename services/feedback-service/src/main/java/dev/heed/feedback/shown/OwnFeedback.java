package dev.heed.feedback.shown;

import dev.heed.feedback.config.FeedbackConfig;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.FeedbackKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The feedback that was accepted within the retention, by id; a view of {@code feedback.events}, so
 * that any replica knows what any other accepted.
 */
@ApplicationScoped
public class OwnFeedback {

  private record Place(String pseudonym, String replyId) {}

  private static final int OVERHEAD = 64;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Recent<String, FeedbackGiven> byId;
  private final Map<String, String> idByTag = new HashMap<>();
  private final Map<Place, Set<String>> idsByPlace = new HashMap<>();
  private final Map<String, String> retractionOf = new HashMap<>();
  private final Clock clock;
  private final Duration catchUp;

  OwnFeedback(FeedbackConfig config, Clock clock) {
    var index = config.index();
    this.byId =
        new Recent<>(
            index.feedback(),
            index.feedbackCharacters(),
            index.retention().toMillis(),
            OwnFeedback::weight);
    this.clock = clock;
    this.catchUp = index.catchUp();
  }

  private static long weight(FeedbackGiven given) {
    return OVERHEAD + length(given.getComment()) + length(given.getBetterAnswer());
  }

  private static int length(String text) {
    return text == null ? 0 : text.length();
  }

  /** Takes up a piece of feedback; the same id again changes nothing. */
  public synchronized void add(FeedbackGiven given) {
    String id = given.getFeedbackId();
    idByTag.put(FeedbackIds.tag(id), id);
    idsByPlace.computeIfAbsent(place(given), p -> new LinkedHashSet<>()).add(id);
    if (given.getKind() == FeedbackKind.RETRACT && given.getRetracts() != null) {
      retractionOf.put(given.getRetracts(), given.getPseudonym());
    }
    byId.merge(id, given, held -> held, given.getAt().toEpochMilli(), clock.millis())
        .forEach(this::forget);
    notifyAll();
  }

  private void forget(FeedbackGiven given) {
    String id = given.getFeedbackId();
    idByTag.remove(FeedbackIds.tag(id), id);
    Place place = place(given);
    Set<String> ids = idsByPlace.getOrDefault(place, Set.of());
    if (ids.remove(id) && ids.isEmpty()) {
      idsByPlace.remove(place);
    }
    if (given.getKind() == FeedbackKind.RETRACT) {
      retractionOf.remove(given.getRetracts());
    }
  }

  /** Forgets all that a person said. */
  public synchronized void erase(String pseudonym) {
    for (FeedbackGiven given : byId.values()) {
      if (given.getPseudonym().equals(pseudonym)) {
        byId.remove(given.getFeedbackId());
        forget(given);
      }
    }
  }

  /** Reviewers' answers that stand, oldest first. */
  public synchronized List<FeedbackGiven> reviews() {
    return byId.values().stream()
        .filter(given -> given.getKind() == FeedbackKind.REVIEW && !retracted(given))
        .toList();
  }

  private static Place place(FeedbackGiven given) {
    return new Place(given.getPseudonym(), given.getReplyId());
  }

  /** What was accepted under the same idempotency key, whichever reply it is about. */
  public synchronized Optional<FeedbackGiven> sameKey(String feedbackId) {
    return Optional.ofNullable(idByTag.get(FeedbackIds.tag(feedbackId))).flatMap(byId::get);
  }

  /** A piece of feedback of this person. */
  public Optional<FeedbackGiven> of(String pseudonym, String feedbackId) {
    return byId.get(feedbackId).filter(given -> given.getPseudonym().equals(pseudonym));
  }

  /**
   * The same, but when it is unknown, waits a little: another replica may have accepted it some
   * milliseconds ago.
   */
  public synchronized Optional<FeedbackGiven> await(String pseudonym, String feedbackId) {
    long deadline = System.nanoTime() + catchUp.toNanos();
    Optional<FeedbackGiven> given = of(pseudonym, feedbackId);
    while (given.isEmpty()) {
      long left = (deadline - System.nanoTime()) / NANOS_PER_MILLI;
      if (left <= 0) {
        return given;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return given;
      }
      given = of(pseudonym, feedbackId);
    }
    return given;
  }

  /** What this person said of a reply, retractions left out, oldest first. */
  public synchronized List<FeedbackGiven> on(String pseudonym, String replyId) {
    return idsByPlace.getOrDefault(new Place(pseudonym, replyId), Set.of()).stream()
        .map(byId::get)
        .flatMap(Optional::stream)
        .filter(given -> given.getKind() != FeedbackKind.RETRACT)
        .toList();
  }

  /** True when its giver took it back. */
  public synchronized boolean retracted(FeedbackGiven given) {
    return Objects.equals(retractionOf.get(given.getFeedbackId()), given.getPseudonym());
  }

  /** How many pieces are remembered. */
  public int size() {
    return byId.size();
  }
}
