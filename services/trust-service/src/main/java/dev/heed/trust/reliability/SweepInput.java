package dev.heed.trust.reliability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The newest ratings of a stream as numbers, for a sweep over all of them. At most so many are
 * kept; older ones keep what was last said of them. A second rating of a user on an item takes the
 * place of the first. Labels are class numbers. Not safe for several threads.
 */
public final class SweepInput {

  private record Pair(String user, String item) {}

  private static final class Rating {
    final String user;
    final String item;
    final int label;
    double said = Double.NaN; // P(right) as it was written last

    Rating(String user, String item, int label) {
      this.user = user;
      this.item = item;
      this.label = label;
    }
  }

  private final int most;
  private final Map<Pair, Rating> ratings = new LinkedHashMap<>();
  private final Map<String, Double> priors = new HashMap<>();
  private final Map<String, Integer> golds = new HashMap<>();

  // As numbers, when frozen.
  private int[] user = {};
  private int[] item = {};
  private int[] label = {};
  private boolean[] silent = {};
  private double[] share = {};
  private double[] prior = {};
  private int[] gold = {};
  private int users;
  private List<Rating> kept = List.of();

  /**
   * @param most ratings that are kept
   */
  public SweepInput(int most) {
    this.most = most;
  }

  /**
   * Keeps a rating.
   *
   * @param priorOfOne P(class 1) by the classifier; NaN: nothing is known. The first word on an
   *     item stands
   */
  public void add(String userId, String itemId, int labelOf, double priorOfOne) {
    Pair pair = new Pair(userId, itemId);
    ratings.remove(pair); // the newest stand last
    ratings.put(pair, new Rating(userId, itemId, labelOf));
    if (!Double.isNaN(priorOfOne)) {
      priors.putIfAbsent(itemId, priorOfOne);
    }
    if (ratings.size() > most) {
      var oldest = ratings.entrySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Remembers what was said of a rating last. */
  public void said(String userId, String itemId, double right) {
    Rating rating = ratings.get(new Pair(userId, itemId));
    if (rating != null) {
      rating.said = right;
    }
  }

  /** What was said of a rating last. */
  public double said(int event) {
    return kept.get(event).said;
  }

  /** A review of an item. */
  public void review(String itemId, int labelOf) {
    golds.put(itemId, labelOf);
  }

  /** Takes the ratings as they are now, each of its giver's own. */
  public SweepInput freeze() {
    return freeze(_ -> Optional.empty());
  }

  /**
   * Takes the ratings as they are now.
   *
   * @param groupOf the group of people who are as one that a user belongs to: the first of them
   *     speaks for all on an item
   */
  public SweepInput freeze(Function<String, Optional<String>> groupOf) {
    kept = new ArrayList<>(ratings.values());
    Map<String, Integer> userIndex = new HashMap<>();
    Map<String, Integer> itemIndex = new LinkedHashMap<>();
    user = new int[kept.size()];
    item = new int[kept.size()];
    label = new int[kept.size()];
    for (int e = 0; e < user.length; e++) {
      Rating rating = kept.get(e);
      user[e] = userIndex.computeIfAbsent(rating.user, _ -> userIndex.size());
      item[e] = itemIndex.computeIfAbsent(rating.item, _ -> itemIndex.size());
      label[e] = rating.label;
    }
    users = userIndex.size();
    prior = new double[itemIndex.size()];
    gold = new int[itemIndex.size()];
    itemIndex.forEach(
        (id, i) -> {
          prior[i] = priors.getOrDefault(id, Double.NaN);
          gold[i] = golds.getOrDefault(id, -1);
        });
    group(userIndex.keySet(), groupOf);
    return this;
  }

  private void group(Set<String> all, Function<String, Optional<String>> groupOf) {
    Map<String, String> groups = new HashMap<>();
    Map<String, Integer> sizes = new HashMap<>();
    for (String of : all) {
      groupOf.apply(of).ifPresent(group -> groups.put(of, group));
    }
    groups.values().forEach(group -> sizes.merge(group, 1, Integer::sum));
    Set<Pair> spoken = new HashSet<>();
    silent = new boolean[user.length];
    share = new double[user.length];
    for (int e = 0; e < user.length; e++) {
      Rating rating = kept.get(e);
      String group = groups.get(rating.user);
      silent[e] = group != null && !spoken.add(new Pair(group, rating.item));
      share[e] = group == null ? 1 : 1.0 / sizes.get(group);
    }
  }

  /** The number of ratings. */
  public int events() {
    return user.length;
  }

  /** Who gave a rating. */
  public String userId(int event) {
    return kept.get(event).user;
  }

  /** What a rating is about. */
  public String itemId(int event) {
    return kept.get(event).item;
  }

  int items() {
    return prior.length;
  }

  int users() {
    return users;
  }

  int user(int event) {
    return user[event];
  }

  int item(int event) {
    return item[event];
  }

  int label(int event) {
    return label[event];
  }

  /** What a rating's giver is of a group of people who are as one: 1 of somebody apart. */
  double share(int event) {
    return share[event];
  }

  /** Whether another of the same group speaks for a rating's giver. */
  boolean silent(int event) {
    return silent[event];
  }

  double prior(int itemOf) {
    return prior[itemOf];
  }

  /** The class of a reviewed item; -1: not reviewed. */
  int gold(int itemOf) {
    return gold[itemOf];
  }

  boolean anyPrior() {
    return Arrays.stream(prior).anyMatch(p -> !Double.isNaN(p));
  }

  boolean anyGold() {
    return Arrays.stream(gold).anyMatch(g -> g >= 0);
  }

  int[][] eventsByUser() {
    int[] counts = new int[users];
    for (int u : user) {
      counts[u]++;
    }
    int[][] events = new int[users][];
    for (int u = 0; u < users; u++) {
      events[u] = new int[counts[u]];
    }
    for (int e = user.length - 1; e >= 0; e--) {
      events[user[e]][--counts[user[e]]] = e;
    }
    return events;
  }

  /** Log-odds of class 1 among the items' majorities. */
  double majorityLogOdds() {
    double[] ones = new double[items()];
    for (int e = 0; e < user.length; e++) {
      ones[item[e]] += label[e] == 1 ? 1 : -1;
    }
    double sum = 1;
    for (double lead : ones) {
      sum += lead > 0 ? 1 : lead == 0 ? .5 : 0;
    }
    return Vectors.logit(sum / (items() + 2));
  }
}
