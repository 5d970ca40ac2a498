package dev.heed.trust.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Finds raters who act as one: they meet on items more often than raters do, and say the same there
 * more often than raters do.
 *
 * <p>The evidence on a pair is counted in nats. That two meet so often: how few of all pairs that
 * have met did nearly as often, so that where shifts and classes meet on everything it says
 * nothing. That they meet within minutes, where others don't. And that they agree: the
 * log-likelihood ratio of one mind, which differs from itself but for slips, against two minds.
 * These agree as often as all who meet do, or less where the filter expected another label; more
 * than all is not asked for, as a ring that is believed expects itself. And that reviews found both
 * of them wrong on the same item. No agreement makes up for not meeting, and no meeting for not
 * agreeing.
 *
 * <p>A memory of the newest: a restart begins anew, and what was merged stays so on the items on
 * which it was said. Not safe for several threads.
 */
public final class Rings {

  /** Items on which two must have met. */
  static final int LEAST = 3;

  private static final double ENOUGH = 7; // nats: one pair of a thousand
  private static final double MOST_BY_MEETING = 7;
  private static final double MOST_BY_CLOSENESS = 4;
  private static final double MOST_BY_AGREEING = 3;
  private static final double MOST_BY_ONE = .7; // agreement: what confuses one confuses the next

  private static final double YOUNG = 1000; // pairs as if they had met only once
  private static final double NEARLY = 2 / 3.0;
  private static final int MOST_COUNTED = 64; // meetings of a pair

  /** Where one is wrong another is, too, one time in five: log(.95 / .2). */
  private static final double BY_ERRING = 1.5;

  private static final double MOST_BY_ERRING = 4.5;

  private static final double SLIP = .05;
  private static final double AGREE = .8; // share of meetings of two, before anything is known
  private static final long CLOSE_MILLIS = 10 * 60 * 1000L;
  private static final double CLOSE_OF_ONE = .9; // share of meetings of one mind
  private static final double CLOSE_OF_TWO = .1; // before anything is known
  private static final double KNOWN = 100; // meetings that these weigh as much as

  private static final int ITEMS = 4096;
  private static final int SAYS_OF_AN_ITEM = 16;
  private static final int MOST_WRONG = 64; // raters of a reviewed item
  private static final int PAIRS = 50_000;
  private static final int RATERS = 50_000;

  /** What somebody said of an item. */
  private record Say(String user, int label, OptionalLong at) {}

  private record Names(String one, String other) {
    static Names of(String a, String b) {
      return a.compareTo(b) < 0 ? new Names(a, b) : new Names(b, a);
    }

    boolean has(String user) {
      return one.equals(user) || other.equals(user);
    }
  }

  private static final class Pair {
    private int met;
    private double agreement; // nats
    private double closeness;
    private double erring;
  }

  private final Supplier<String> names;
  private final double enough;
  private final Map<String, List<Say>> items = Newest.of(ITEMS);
  private final Map<Names, Pair> pairs = Newest.of(PAIRS);
  private final Map<String, String> groups = Newest.of(RATERS);
  private final double[] pairsByMeetings = new double[MOST_COUNTED + 1];
  private double pairsMet;
  private double met = KNOWN;
  private double agreed = AGREE * KNOWN;
  private double timed = KNOWN;
  private double close = CLOSE_OF_TWO * KNOWN;

  /**
   * @param names of groups, each given once
   */
  public Rings(Supplier<String> names) {
    this(names, ENOUGH);
  }

  /** The same that takes so many nats of evidence on a pair. */
  Rings(Supplier<String> names, double enough) {
    this.names = names;
    this.enough = enough;
  }

  /**
   * Looks at a rating; one that was seen changes nothing.
   *
   * @param expected P(the label) by what the filter knew of the item and of the rater
   * @return who has come into a group by it, or into another one
   */
  List<String> rated(
      String user, String item, int label, DoubleSupplier expected, OptionalLong at) {
    List<Say> said = items.computeIfAbsent(item, _ -> new ArrayList<>(2));
    if (said.isEmpty()) { // most of them
      said.add(new Say(user, label, at));
      return List.of();
    }
    if (said.stream().anyMatch(say -> say.user().equals(user))) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    double likely = expected.getAsDouble();
    for (Say other : said) {
      Pair pair = pairs.computeIfAbsent(Names.of(user, other.user()), _ -> new Pair());
      meet(pair);
      agree(pair, other.label() == label, likely);
      close(pair, at, other.at());
      found.addAll(judge(pair, user, other.user()));
    }
    if (said.size() < SAYS_OF_AN_ITEM) {
      said.add(new Say(user, label, at));
    }
    return found;
  }

  private void meet(Pair pair) {
    pairsByMeetings[Math.min(pair.met, MOST_COUNTED)]--;
    pair.met++;
    pairsByMeetings[Math.min(pair.met, MOST_COUNTED)]++;
    pairsMet += pair.met == 1 ? 1 : 0;
  }

  private void agree(Pair pair, boolean same, double likely) {
    double ofTwo = Math.min(agreed / met, same ? likely : 1 - likely);
    double nats = same ? Math.log((1 - SLIP) / ofTwo) : Math.log(SLIP / (1 - ofTwo));
    pair.agreement += Math.min(nats, MOST_BY_ONE);
    met++;
    agreed += same ? 1 : 0;
  }

  private void close(Pair pair, OptionalLong at, OptionalLong before) {
    if (at.isEmpty() || before.isEmpty()) {
      return;
    }
    timed++;
    if (Math.abs(at.getAsLong() - before.getAsLong()) <= CLOSE_MILLIS) {
      close++;
      pair.closeness += Math.max(0, Math.log(CLOSE_OF_ONE * timed / close));
    }
  }

  private List<String> judge(Pair pair, String a, String b) {
    return pair.met >= LEAST && evidence(pair) > enough ? merge(a, b) : List.of();
  }

  private double evidence(Pair pair) {
    double asOften = 1;
    int nearly = (int) Math.ceil(NEARLY * Math.min(pair.met, MOST_COUNTED));
    for (int times = nearly; times <= MOST_COUNTED; times++) {
      asOften += pairsByMeetings[times];
    }
    double meeting = Math.log((pairsMet + YOUNG) / asOften);
    return Math.min(meeting, MOST_BY_MEETING)
        + Math.min(pair.closeness, MOST_BY_CLOSENESS)
        + Math.min(pair.agreement, MOST_BY_AGREEING)
        + Math.min(pair.erring, MOST_BY_ERRING);
  }

  /**
   * Makes two one, for whatever reason.
   *
   * @return who has come into a group by it, or into another one
   */
  List<String> merge(String a, String b) {
    String ofA = groups.get(a);
    String ofB = groups.get(b);
    if (a.equals(b) || ofA != null && ofA.equals(ofB)) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    String group = ofA != null ? ofA : ofB != null ? ofB : names.get();
    if (ofA != null && ofB != null) {
      groups.replaceAll(
          (user, of) -> {
            if (of.equals(ofB)) {
              found.add(user);
              return ofA;
            }
            return of;
          });
      return found;
    }
    for (String user : List.of(a, b)) {
      if (groups.put(user, group) == null) {
        found.add(user);
      }
    }
    return found;
  }

  /**
   * Looks at a review that found raters of an item wrong. One that is taken back stays counted.
   *
   * @return who has come into a group by it, or into another one
   */
  List<String> wrong(List<String> users) {
    List<String> found = new ArrayList<>();
    int count = Math.min(users.size(), MOST_WRONG);
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < i; k++) {
        Pair pair = pairs.get(Names.of(users.get(i), users.get(k)));
        if (pair != null) {
          pair.erring += BY_ERRING;
          found.addAll(judge(pair, users.get(i), users.get(k)));
        }
      }
    }
    return found;
  }

  /** The group that a rater belongs to. */
  Optional<String> group(String user) {
    return Optional.ofNullable(groups.get(user));
  }

  /** Forgets a person. */
  void erase(String user) {
    items.values().forEach(said -> said.removeIf(say -> say.user().equals(user)));
    pairs.keySet().removeIf(names -> names.has(user));
    groups.remove(user);
  }
}
