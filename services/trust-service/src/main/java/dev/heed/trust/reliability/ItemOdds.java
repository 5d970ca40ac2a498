package dev.heed.trust.reliability;

import java.util.OptionalDouble;

/**
 * How bad an item is held to be, as log-odds: the anchor (the classifier's word, tempered, clipped,
 * and only as far as reviews have borne it out) plus what its raters say, those who are not proven
 * up to a cap together. A review is the last word.
 */
final class ItemOdds {

  private final Params params;
  private final Cells cells;
  private final Population population;
  private final Memory memory;

  ItemOdds(Params params, Cells cells, Population population, Memory memory) {
    this.params = params;
    this.cells = cells;
    this.population = population;
    this.memory = memory;
  }

  /**
   * The item by its name, or a new one.
   *
   * @param prior P(bad) by the classifier; empty: nothing is known
   * @throws IllegalArgumentException when the prior is no probability
   */
  Item item(String id, OptionalDouble prior) {
    prior.ifPresent(ItemOdds::check);
    return memory.item(id).orElseGet(() -> fresh(id, prior));
  }

  private static void check(double prior) {
    if (!(prior >= 0 && prior <= 1)) {
      throw new IllegalArgumentException("prior must lie between 0 and 1");
    }
  }

  private Item fresh(String id, OptionalDouble prior) {
    if (prior.isEmpty()) {
      return new Item(id, false, population.baseLogOdds());
    }
    double pi = Math.clamp(prior.getAsDouble(), 1e-6, 1 - 1e-6);
    double anchor = params.kappa() * Math.log(pi / (1 - pi));
    return new Item(id, true, Math.clamp(anchor, -params.anchorClip(), params.anchorClip()));
  }

  /** What each cell makes of an event: its label's probability if the item is good or bad. */
  double[][] table(Rater.Entry entry) {
    return memory
        .item(entry.item)
        .map(item -> table(item, entry.label))
        .orElseGet(() -> cells.table(false, entry.label, 0));
  }

  /** The same of a label on an item. */
  double[][] table(Item item, int label) {
    return cells.table(item.hasPrior, label, anchor(item));
  }

  /**
   * What each cell makes of an event, as far as it tests the rater: what a group said of a reviewed
   * item tests who spoke for it.
   */
  double[][] test(Rater.Entry entry, String rater) {
    return memory
        .item(entry.item)
        .map(item -> test(item, rater, entry.label))
        .orElseGet(() -> table(entry));
  }

  /** The same of a label on an item. */
  double[][] test(Item item, String rater, int label) {
    return item.gold != 0 && item.silent.contains(rater) ? cells.nothing : table(item, label);
  }

  /** What the classifier says of an item, as far as reviews have borne it out. */
  double anchor(Item item) {
    return item.hasPrior ? population.anchor(item.anchor) : item.anchor;
  }

  /** The item's log-odds of bad. */
  double of(Item item) {
    return without(item, "");
  }

  /** The same without one rater's message. */
  double without(Item item, String rater) {
    if (item.gold != 0) {
      return item.gold;
    }
    double proven = item.proven;
    double unproven = item.unproven;
    Item.Message own = item.messages.get(rater);
    if (own != null && own.proven()) {
      proven -= own.logOdds();
    } else if (own != null) {
      unproven -= own.logOdds();
    }
    double crowd = proven + Math.clamp(unproven, -params.unprovenCap(), params.unprovenCap());
    return anchor(item)
        + (item.hasPrior
            ? Math.clamp(params.crowdTemper() * crowd, -params.crowdCap(), params.crowdCap())
            : crowd);
  }
}
