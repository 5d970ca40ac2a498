package dev.heed.trust.flow;

import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.schemas.events.PersonRequest;
import dev.heed.schemas.events.PolicyAction;
import dev.heed.schemas.events.TrustScore;
import dev.heed.schemas.events.TurnScreened;
import dev.heed.schemas.events.Verdict;
import dev.heed.schemas.events.VerdictSource;
import dev.heed.schemas.events.VerdictSubject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What is known of people: how civil, how reliable; and what they ask of their own record. */
final class People {

  private static final int RATINGS_FOR_A_PEAK = 10;

  private final Work work;
  private final Ages ages;

  People(Work work, Ages ages) {
    this.work = work;
    this.ages = ages;
  }

  /**
   * A verdict on somebody's own turn; what a model said is not theirs. Who is at risk did nothing
   * wrong, nobody answers for a classifier that failed, and what is asked or left to people is
   * open.
   */
  void judge(TurnScreened screened) {
    Verdict verdict = screened.getVerdict();
    boolean open =
        verdict.getSource() == VerdictSource.FAIL_CLOSED
            || "self_harm".equals(verdict.getCategory())
            || screened.getAction() == PolicyAction.ASK
            || screened.getAction() == PolicyAction.HAND_OVER;
    if (screened.getSubject() == VerdictSubject.USER_TURN && !open) {
      String pseudonym = screened.getPseudonym();
      Civility now = civility(pseudonym).after(verdict.getFlagged());
      work.store(Store.CIVILITY).put(pseudonym, now.bytes());
      score(pseudonym, Optional.empty(), Optional.empty());
    }
  }

  Civility civility(String pseudonym) {
    return Optional.ofNullable(work.store(Store.CIVILITY).get(pseudonym))
        .map(Civility::of)
        .orElse(Civility.UNKNOWN);
  }

  private Optional<TrustScore> last(String pseudonym) {
    return Optional.ofNullable(work.store(Store.SCORES).get(pseudonym))
        .map(bytes -> work.codec.decode(bytes, TrustScore.class));
  }

  /**
   * Writes a person's score down and sends it.
   *
   * @param movedBy what moved it; empty: as before
   * @param cohort where the account came from; empty: as before
   */
  void score(String pseudonym, Optional<String> movedBy, Optional<String> cohort) {
    Optional<TrustScore> last = last(pseudonym);
    keep(score(pseudonym, last, movedBy, cohort, last.map(TrustScore::getAppeal)));
  }

  private TrustScore score(
      String pseudonym,
      Optional<TrustScore> last,
      Optional<String> movedBy,
      Optional<String> cohort,
      Optional<String> appeal) {
    if (last.isEmpty()) {
      work.age(Store.SCORES, pseudonym);
    }
    var rater = work.memory.rater(pseudonym);
    double[] reliability = work.filter.reliability(rater);
    long ratings = rater.map(known -> known.events()).orElse(0L);
    double peak = last.map(TrustScore::getPeakReliability).orElse(0.0);
    Civility civil = civility(pseudonym);
    return TrustScore.newBuilder()
        .setPseudonym(pseudonym)
        .setReliability(reliability[0])
        .setReliabilitySd(reliability[1])
        .setCivility(civil.mean())
        .setCivilitySd(civil.sd())
        .setRatings(ratings)
        .setTurns(civil.turns())
        .setPeakReliability(ratings < RATINGS_FOR_A_PEAK ? peak : Math.max(peak, reliability[0]))
        .setMovedBy(movedBy.or(() -> last.map(TrustScore::getMovedBy)).orElse(null))
        .setCohort(cohort.or(() -> last.map(TrustScore::getCohort)).orElse(null))
        .setAppeal(appeal.orElse(null))
        .setAt(Instant.ofEpochMilli(work.time()))
        .build();
  }

  private void keep(TrustScore score) {
    byte[] bytes = work.codec.encode(score);
    work.store(Store.SCORES).put(score.getPseudonym(), bytes);
    work.send(Topics.TRUST_SCORES.name(), score.getPseudonym(), bytes, score);
  }

  /** What somebody asks of their own record. */
  void request(PersonRequest request, Ratings ratings) {
    switch (request.getKind()) {
      case APPEAL -> appeal(request);
      case ERASURE -> erase(request.getPseudonym(), ratings);
      case UNKNOWN -> {} // of a later version
    }
  }

  private void appeal(PersonRequest request) {
    String pseudonym = request.getPseudonym();
    Optional<String> text = Optional.of(request.getText() == null ? "" : request.getText());
    work.meters.appeal();
    keep(score(pseudonym, last(pseudonym), Optional.empty(), Optional.empty(), text));
  }

  /** Nothing of them stays: neither in the stores nor under any key of a compacted topic. */
  private void erase(String pseudonym, Ratings ratings) {
    Map<String, byte[]> feedback = work.store(Store.FEEDBACK).under(pseudonym + "/");
    for (byte[] bytes : feedback.values()) {
      if (bytes.length > 0) {
        ratings.forget(work.codec.decode(bytes, FeedbackWeighted.class));
      }
    }
    work.memory.flush();
    for (Map.Entry<String, byte[]> entry : feedback.entrySet()) {
      String id = entry.getKey().substring(pseudonym.length() + 1);
      work.store(Store.FEEDBACK).delete(entry.getKey());
      work.tombstone(Topics.FEEDBACK_WEIGHTED.name(), id, work.time());
    }
    work.memory.dropRater(pseudonym);
    work.store(Store.CIVILITY).delete(pseudonym);
    work.store(Store.SCORES).delete(pseudonym);
    work.tombstone(Topics.TRUST_SCORES.name(), pseudonym, work.time());
    ages.erase(pseudonym);
    work.filter.erase(pseudonym);
    ratings.erase(pseudonym);
    work.meters.erasure();
  }
}
