package dev.heed.trust.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Whom to believe: a one-pass filter over the raters of replies. A rating says that an item is bad
 * (1) or good (0); a frozen classifier that no rater can move says P(bad).
 *
 * <p>An item's log-odds are the anchor (the classifier's, tempered and clipped) plus the clipped
 * sum of one message per rater. A rater is a hidden cell of a grid of sensitivity, specificity and
 * pick, which may change with a small hazard per event: a hidden Markov model whose forward step is
 * each event (two-coin raters: Dawid and Skene 1979; Raykar et al. 2010). A rater's message to an
 * item is what the label says under the belief without this event (expectation propagation; Manino
 * et al. 2019). A consistent liar's message so changes sign by itself; a lazy or constant rater's
 * is nothing. The last events of a rater are revised, forwards and backwards (Rabiner 1989), when
 * what is known of their items has moved.
 *
 * <p>Not safe for several threads.
 */
public final class TrustFilter {

  /**
   * How far a failure that was sought out is kept off the classifier's record. At 1, up to 85 % of
   * a gaslighter's lies stay believed; at 0, up to 13 % of honest labels beside them fall (what
   * ReviewPlanTest simulates, seeds 1 to 12).
   */
  private static final double SOUGHT = .5;

  /** Log-odds of a reviewed item. */
  private static final double GOLD = 6;

  private final Params params;
  private final Cells cells;
  private final Population population;
  private final Memory memory;
  private final Chain chain;
  private final ItemOdds odds;
  private final Revisions revisions;
  private final Rings rings;

  /** A filter that begins with what the memory holds. */
  public TrustFilter(Params params, Memory memory) {
    this(params, memory, new Rings(counter()));
  }

  /** The same, whose groups of raters who act as one bear other names than those of its past. */
  public TrustFilter(Params params, Memory memory, Rings rings) {
    this.params = params;
    this.cells = new Cells(params);
    this.population = new Population(params, cells);
    this.memory = memory;
    this.chain = new Chain(params, population);
    this.odds = new ItemOdds(params, cells, population, memory);
    this.revisions = new Revisions(params, population, memory, chain, odds);
    this.rings = rings;
  }

  private static Supplier<String> counter() {
    AtomicLong count = new AtomicLong();
    return () -> "ring:" + count.incrementAndGet();
  }

  /**
   * One rating. A second label of a rater on an item changes nothing.
   *
   * @param label 1: bad, 0: good
   * @param prior P(bad) by the classifier; empty: nothing is known
   * @return the beliefs that it causes: first its own, then revisions of earlier ones
   * @throws IllegalArgumentException when the prior is no probability
   */
  public List<Belief> rate(String user, String itemId, int label, OptionalDouble prior) {
    return rate(user, itemId, label, prior, Circumstances.UNKNOWN);
  }

  /** The same of which more is known. */
  public List<Belief> rate(
      String user, String itemId, int label, OptionalDouble prior, Circumstances with) {
    Item item = odds.item(itemId, prior);
    Rater rater = memory.rater(user).orElseGet(() -> new Rater(user));
    if (item.messages.containsKey(user)) {
      return List.of();
    }
    with.groups().forEach(group -> item.join(group, user));
    double[] ahead = chain.predict(rater.belief);
    act(rings.rated(user, itemId, label, () -> expected(ahead, item, label), with.atMillis()));
    rings.group(user).ifPresent(group -> item.join(group, user));
    List<Belief> beliefs = new ArrayList<>();
    double before = odds.of(item);
    beliefs.add(update(rater, ahead, item, label, before));
    if (params.budget() > 0) {
      revisions.considered(rater);
      revisions.moved(item, user, before);
      revisions.next(params.budget(), beliefs);
    }
    return beliefs;
  }

  /** P(the label) by what is known of the item and of the rater before it was given. */
  private double expected(double[] ahead, Item item, int label) {
    double q = Vectors.sigmoid(odds.of(item));
    double said = Chain.likelihood(ahead, odds.table(item, label), q);
    return said / (said + Chain.likelihood(ahead, odds.table(item, 1 - label), q));
  }

  /** Makes two raters one, for a reason of the caller's. */
  public void merge(String user, String other) {
    act(rings.merge(user, other));
  }

  /** The group of raters who act as one that a rater was found to belong to. */
  public Optional<String> group(String user) {
    return rings.group(user);
  }

  /** Lets those who are one with others from now on speak once on what they said before, too. */
  private void act(List<String> found) {
    for (String user : found) {
      memory.rater(user).ifPresent(rater -> actAsOne(rater, rings.group(user).orElseThrow()));
    }
  }

  private void actAsOne(Rater rater, String group) {
    for (Rater.Entry entry : rater.window) {
      Item item = memory.item(entry.item).orElseThrow();
      double before = odds.of(item);
      for (String other : item.raters()) {
        if (rings.group(other).filter(group::equals).isPresent()) {
          item.join(group, other);
          item.put(other, item.messages.get(other));
        }
      }
      memory.keep(item);
      revisions.moved(item, rater.id, before);
    }
    revisions.recheck(rater);
  }

  /** The forward step: belief, message, evidence that the rater was tested on. */
  private Belief update(Rater rater, double[] ahead, Item item, int label, double before) {
    double q = Vectors.sigmoid(before);
    double[][] table = odds.table(item, label);
    double bad = Chain.bad(ahead, table, q);
    double message = chain.message(ahead, table);
    rater.belief = Chain.posterior(ahead, odds.test(item, rater.id, label), q);
    rater.window.addLast(new Rater.Entry(item.id, label, q, bad));
    rater.events++;
    population.countLabel(label);
    test(rater, item, before, 1);
    item.put(rater.id, new Item.Message(message, rater.proof >= params.proof()));
    memory.keep(item);
    if (rater.window.size() > params.window()) {
      Rater.Entry oldest = rater.window.removeFirst();
      double[][] old = odds.test(oldest, rater.id);
      rater.base = Chain.posterior(chain.predict(rater.base), old, oldest.others);
    }
    population.count(rater);
    population.refresh();
    memory.keep(rater);
    return revisions.belief(rater, item, label, bad, message, before, false);
  }

  /** Counts, with sign 1 or -1, the evidence that an item tests a rater on. */
  private void test(Rater rater, Item item, double others, int sign) {
    double base = item.hasPrior ? 0 : item.anchor; // a base rate is no evidence
    double known = item.gold == 0 ? odds.anchor(item) + item.proven - base : item.gold;
    double proof = Math.abs(2 * Vectors.sigmoid(known) - 1);
    rater.tested =
        Math.max(0, rater.tested + sign * Math.abs(2 * Vectors.sigmoid(others - base) - 1));
    rater.proof = Math.max(0, rater.proof + sign * proof);
  }

  /**
   * What a reviewer found an item to be. It is tested on by all its raters, and the classifier's
   * own record counts it.
   *
   * @param label 1: bad, 0: good
   * @return the beliefs that change; none for an item that nobody has rated or that was reviewed
   */
  public List<Belief> review(String itemId, int label) {
    List<Belief> beliefs = new ArrayList<>();
    Item item = memory.item(itemId).filter(known -> known.gold == 0).orElse(null);
    if (item == null) {
      return beliefs;
    }
    item.gold = label == 1 ? GOLD : -GOLD;
    memory.keep(item);
    act(rings.wrong(wrong(item, label)));
    for (String user : List.copyOf(item.messages.keySet())) {
      Rater rater = memory.rater(user).orElseThrow();
      rater.tested++;
      rater.proof++;
      revisions.revise(user, beliefs);
    }
    if (item.hasPrior) {
      item.judged = 1 - SOUGHT * defiance(item);
      population.judgePrior(item.anchor, label == 1, item.judged);
      memory.keep(item);
    }
    population.refresh();
    return beliefs;
  }

  /** Who has said the other of an item, as far as that may still be revised. */
  private List<String> wrong(Item item, int label) {
    return item.raters().stream()
        .filter(
            user ->
                memory
                    .rater(user)
                    .flatMap(rater -> rater.entry(item.id))
                    .filter(entry -> entry.label != label)
                    .isPresent())
        .toList();
  }

  /**
   * Takes a review back: the item is as open as before.
   *
   * @return the beliefs that change; none for an item that was not reviewed
   */
  public List<Belief> unreview(String itemId) {
    List<Belief> beliefs = new ArrayList<>();
    Item item = memory.item(itemId).filter(known -> known.gold != 0).orElse(null);
    if (item == null) {
      return beliefs;
    }
    population.judgePrior(item.anchor, item.gold > 0, -item.judged);
    item.gold = 0;
    item.judged = 0;
    memory.keep(item);
    for (String user : List.copyOf(item.messages.keySet())) {
      Rater rater = memory.rater(user).orElseThrow();
      rater.tested = Math.max(0, rater.tested - 1);
      rater.proof = Math.max(0, rater.proof - 1);
      revisions.revise(user, beliefs);
    }
    population.refresh();
    return beliefs;
  }

  /** What is believed now of a rating that may still be revised. */
  public Optional<Belief> belief(String user, String itemId) {
    Rater rater = memory.rater(user).orElse(null);
    Item item = memory.item(itemId).orElse(null);
    if (rater == null || item == null || !item.messages.containsKey(user)) {
      return Optional.empty();
    }
    return rater
        .entry(itemId)
        .map(
            entry -> {
              double others = odds.without(item, user);
              double said = item.messages.get(user).logOdds();
              return revisions.belief(rater, item, entry.label, entry.bad, said, others, true);
            });
  }

  /** What a review found the item to be, as far as it counts here: 0, none. */
  public double reviewed(String itemId) {
    return memory.item(itemId).map(item -> item.gold).orElse(0.0);
  }

  /** How likely the item is here because somebody goes for what the classifier gets wrong. */
  private double defiance(Item item) {
    double sum = 0;
    int known = 0;
    for (String user : item.messages.keySet()) {
      double[] belief = memory.rater(user).orElseThrow().belief;
      if (belief != null) {
        sum += cells.defiance(belief);
        known++;
      }
    }
    return known == 0 ? 0 : sum / known;
  }

  /** Has a rater's window re-run when their turn comes: something that all depend on has moved. */
  public void recheck(String user) {
    memory.rater(user).ifPresent(revisions::recheck);
  }

  /** Re-runs what still waits, at most so many windows: for the end of a stream. */
  public List<Belief> settle(int windows) {
    List<Belief> beliefs = new ArrayList<>();
    revisions.next(windows, beliefs);
    return beliefs;
  }

  /** What is known of all raters together, as bytes; {@link #restore} takes it up again. */
  public byte[] population() {
    return StateBytes.write(population, revisions.queue);
  }

  /** Goes on with what {@link #population} gave. */
  public void restore(byte[] bytes) {
    StateBytes.restore(population, revisions.queue, bytes);
  }

  /**
   * Begins work that may be undone: what is known of all raters together as it is now. Raters and
   * items are the memory's to undo.
   */
  public byte[] mark() {
    revisions.queue.mark();
    return StateBytes.write(population, List.of());
  }

  /** Goes back to the last mark. */
  public void undo(byte[] mark) {
    revisions.queue.undo();
    StateBytes.restore(population, new ArrayList<>(), mark);
  }

  /** Lets nobody wait or act as one with others under that name; this is not undone. */
  public void erase(String user) {
    revisions.queue.removeIf(user::equals);
    rings.erase(user);
  }

  /** Mean and standard deviation of a rater's balanced accuracy. */
  public double[] reliability(Optional<Rater> rater) {
    return population.reliability(rater.map(known -> known.belief).orElse(null));
  }

  /**
   * Takes a rating back: its message leaves the item, its event leaves the window.
   *
   * @return revisions that this causes
   */
  public List<Belief> retract(String user, String itemId) {
    List<Belief> beliefs = new ArrayList<>();
    memory
        .item(itemId)
        .filter(item -> item.messages.containsKey(user))
        .ifPresent(
            item -> {
              double before = odds.of(item);
              item.remove(user);
              memory.keep(item);
              memory
                  .rater(user)
                  .ifPresent(
                      rater -> {
                        forget(rater, item);
                        rater.events--;
                        memory.keep(rater);
                        revisions.revise(user, beliefs);
                      });
              revisions.moved(item, user, before);
            });
    return beliefs;
  }

  /** Once out of the window, an event is part of the rater's past for good. */
  private void forget(Rater rater, Item item) {
    rater
        .entry(item.id)
        .ifPresent(
            entry -> {
              rater.window.remove(entry);
              population.discountLabel(entry.label);
              test(rater, item, odds.of(item), -1); // else rating again and again would prove
            });
  }
}
