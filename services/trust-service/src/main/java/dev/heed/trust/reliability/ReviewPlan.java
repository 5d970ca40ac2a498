package dev.heed.trust.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Picks what to ask a reviewer next, as ratings go by, within a budget of reviews per rating. An
 * item is worth asking about when it tests many raters who have long not been tested, and most
 * where classifier and raters agree: there, nothing but a review can find both of them wrong. Where
 * several were found wrong together, what else they have rated together comes first: who lies about
 * a few items alone is as right as anybody elsewhere, and is believed there.
 *
 * <p>Bounded: the newest items and raters are remembered. Not safe for several threads.
 */
public final class ReviewPlan {

  private static final int ITEMS = 4096;
  private static final int RATERS_OF_AN_ITEM = 64;
  private static final int RATERS = 200_000;
  private static final int ASKED = 200_000;

  /** Items that are compared for one question: of more, every question looks at another part. */
  private static final int COMPARED = 512;

  /** Ratings after which an untested rater is half as urgent as can be. */
  private static final double SOON = 3;

  /** And one who has passed before: a sleeper wakes late. */
  private static final double AGAIN = 20;

  /** Raters who must have erred together. */
  private static final int COMPANY = 3;

  /** What somebody said of an item. */
  private record Say(Tested rater, int label) {}

  /** One item that may be asked about. */
  private static final class Candidate {
    final String item;
    final List<Say> says = new ArrayList<>();
    int place; // among the candidates
    long ratedLast; // by the count of ratings

    Candidate(String item) {
      this.item = item;
    }
  }

  /** How far a rater has been tested. */
  private static final class Tested {
    private int reviews;
    private int since;
    private double need; // squared: candidates are compared far more often than it changes
    private int astray; // reviews that found them wrong in company, since one found them right

    void rated() {
      since++;
      double urgent =
          since / (since + SOON) / ((1 + reviews) * (1 + reviews)) + .1 * since / (since + AGAIN);
      need = urgent * urgent;
    }

    void reviewed() {
      reviews++;
      since = 0;
      need = 0;
    }

    /** The more often they have been found wrong together, the less is learnt by another time. */
    double needInCompany() {
      return astray == 0 ? need : Math.max(need, 1.0 / astray);
    }
  }

  private final double budget;
  private final Map<String, Candidate> waiting = Newest.of(ITEMS, this::forget);

  /** The same in no order, so that some of them can be looked at without going over the others. */
  private final List<Candidate> candidates = new ArrayList<>();

  private final Map<String, Tested> raters = Newest.of(RATERS);
  private final Map<String, Boolean> asked = Newest.of(ASKED);

  /** Who has rated what was asked about and is not answered. */
  private final Map<String, List<Say>> open = Newest.of(ITEMS);

  private long ratings;
  private long reviews;

  /**
   * @param budget reviews per rating, from 0 to 1
   */
  public ReviewPlan(double budget) {
    if (!(budget >= 0 && budget <= 1)) {
      throw new IllegalArgumentException("the budget must lie between 0 and 1");
    }
    this.budget = budget;
  }

  private Candidate remember(String item) {
    Candidate candidate = new Candidate(item);
    candidate.place = candidates.size();
    candidates.add(candidate);
    return candidate;
  }

  private void forget(Candidate candidate) {
    Candidate last = candidates.removeLast();
    if (last != candidate) {
      candidates.set(candidate.place, last);
      last.place = candidate.place;
    }
  }

  /**
   * A rating goes by.
   *
   * @param label 1: bad, 0: good
   * @param prior P(bad) by the classifier
   */
  public void rated(String user, String item, int label, OptionalDouble prior) {
    ratings++;
    Tested rater = raters.computeIfAbsent(user, _ -> new Tested());
    rater.rated();
    if (asked.containsKey(item)) {
      rater.reviewed();
      return;
    }
    Candidate candidate = waiting.computeIfAbsent(item, this::remember);
    candidate.ratedLast = ratings;
    if (candidate.says.size() < RATERS_OF_AN_ITEM) {
      candidate.says.add(new Say(rater, label));
    }
  }

  /**
   * What a reviewer found an item to be that was asked about.
   *
   * @param label 1: bad, 0: good
   */
  public void answered(String item, int label) {
    List<Say> says = open.remove(item);
    if (says == null) {
      return;
    }
    long wrong = says.stream().filter(say -> say.label() != label).count();
    boolean astray = wrong >= COMPANY && 2 * wrong > says.size();
    for (Say say : says) {
      say.rater().astray = astray && say.label() != label ? say.rater().astray + 1 : 0;
    }
  }

  /** The item to ask about now; empty while the budget is spent. */
  public Optional<String> next() {
    if (reviews + 1 > budget * ratings || waiting.isEmpty()) {
      return Optional.empty();
    }
    Candidate best = best();
    reviews++;
    asked.put(best.item, true);
    open.put(best.item, best.says);
    forget(waiting.remove(best.item));
    best.says.forEach(say -> say.rater().reviewed());
    return Optional.of(best.item);
  }

  /** Of equal ones the one that has gone longest without a rating. */
  private Candidate best() {
    int parts = (candidates.size() + COMPARED - 1) / COMPARED;
    Candidate best = null;
    double most = -1;
    for (int i = (int) (reviews % parts); i < candidates.size(); i += parts) {
      Candidate candidate = candidates.get(i);
      double gain = gain(candidate);
      if (gain > most || (gain == most && candidate.ratedLast < best.ratedLast)) {
        most = gain;
        best = candidate;
      }
    }
    return best;
  }

  private static double gain(Candidate candidate) {
    int astray = 0;
    for (Say say : candidate.says) {
      astray += say.rater().astray > 0 ? 1 : 0;
    }
    double need = 0;
    for (Say say : candidate.says) {
      need += astray >= COMPANY ? say.rater().needInCompany() : say.rater().need;
    }
    return Math.sqrt(need); // many known raters don't keep one unknown rater waiting
  }
}
