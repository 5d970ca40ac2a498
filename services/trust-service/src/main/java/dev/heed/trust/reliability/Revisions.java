package dev.heed.trust.reliability;

import java.util.Arrays;
import java.util.List;

/**
 * What was said of a rater's last ratings, thought over again: their windows are re-run forwards
 * and backwards (Rabiner 1989), in turn, when what is known of the items has moved.
 */
final class Revisions {

  private static final double MOVED = .02;
  private static final double CHANGED = .05;

  private final Params params;
  private final Population population;
  private final Memory memory;
  private final Chain chain;
  private final ItemOdds odds;
  final Waiting queue = new Waiting();

  Revisions(Params params, Population population, Memory memory, Chain chain, ItemOdds odds) {
    this.params = params;
    this.population = population;
    this.memory = memory;
    this.chain = chain;
    this.odds = odds;
  }

  /** Counts a change of what is known of a rater's items; enough of it makes them wait. */
  void mark(Rater rater, double by) {
    double was = rater.dirty;
    rater.dirty += by;
    if (was <= params.stale() && rater.dirty > params.stale()) {
      queue.add(rater.id);
    }
    memory.keep(rater);
  }

  /** Makes a rater wait. */
  void recheck(Rater rater) {
    mark(rater, params.stale() + 1);
  }

  /** Has a rater wait whose belief has moved since their window was last re-run. */
  void considered(Rater rater) {
    if (rater.shown == null || Vectors.distance(rater.belief, rater.shown) > params.stale()) {
      recheck(rater);
    }
  }

  /** Tells the last raters of an item that it has moved. */
  void moved(Item item, String by, double before) {
    double change = Math.abs(Vectors.sigmoid(odds.of(item)) - Vectors.sigmoid(before));
    if (change <= MOVED) {
      return;
    }
    int skip = Math.max(0, item.messages.size() - params.raters());
    for (String other : List.copyOf(item.messages.keySet()).subList(skip, item.messages.size())) {
      if (!other.equals(by)) {
        memory.rater(other).ifPresent(rater -> mark(rater, change));
      }
    }
  }

  /** Re-runs the windows of those who wait longest, at most so many. */
  void next(int windows, List<Belief> beliefs) {
    for (int i = Math.min(windows, queue.size()); i > 0; i--) {
      revise(queue.removeFirst(), beliefs);
    }
  }

  /** Re-runs a rater's window forwards and backwards; replaces messages, tells what moved. */
  void revise(String user, List<Belief> beliefs) {
    Rater rater = memory.rater(user).orElseThrow();
    List<Rater.Entry> window = List.copyOf(rater.window);
    int n = window.size();
    double[][] ahead = new double[n][];
    double[] w = rater.base;
    for (int k = 0; k < n; k++) {
      Rater.Entry entry = window.get(k);
      Item item = memory.item(entry.item).orElseThrow();
      entry.others = Vectors.sigmoid(odds.without(item, user));
      ahead[k] = chain.predict(w);
      w = Chain.posterior(ahead[k], odds.test(entry, user), entry.others);
    }
    rater.belief = w;
    rater.shown = w;
    rater.dirty = 0;
    if (w == null) { // all taken back
      population.forget(rater);
    } else {
      population.count(rater);
      backwards(rater, window, ahead, beliefs);
    }
    memory.keep(rater);
  }

  private void backwards(
      Rater rater, List<Rater.Entry> window, double[][] ahead, List<Belief> beliefs) {
    double[] back = new double[population.rho.length];
    Arrays.fill(back, 1);
    boolean proven = rater.proof >= params.proof();
    for (int k = window.size() - 1; k >= 0; k--) {
      Rater.Entry entry = window.get(k);
      Item item = memory.item(entry.item).orElseThrow();
      double[][] table = odds.table(entry);
      double[] g = Vectors.product(ahead[k], back);
      double bad = Chain.bad(g, table, entry.others);
      double message = chain.message(g, table);
      Item.Message old = item.messages.get(rater.id);
      if (Math.abs(message - old.logOdds()) > CHANGED || proven != old.proven()) {
        double before = odds.of(item);
        item.put(rater.id, new Item.Message(message, proven));
        memory.keep(item);
        moved(item, rater.id, before);
      }
      if (Math.abs(bad - entry.bad) > params.emit()) {
        entry.bad = bad;
        double others = odds.without(item, rater.id);
        beliefs.add(belief(rater, item, entry.label, bad, message, others, true));
      }
      chain.stepBack(back, odds.test(entry, rater.id), entry.others);
    }
  }

  /** What is said of a rating, with what speaks for it. */
  Belief belief(
      Rater rater,
      Item item,
      int label,
      double bad,
      double message,
      double others,
      boolean revision) {
    double[] reliability = population.reliability(rater.belief);
    double right = label == 1 ? bad : 1 - bad;
    return new Belief(
        rater.id,
        item.id,
        label,
        right,
        reliability[0],
        reliability[1],
        odds.anchor(item),
        others - odds.anchor(item),
        message,
        revision);
  }
}
