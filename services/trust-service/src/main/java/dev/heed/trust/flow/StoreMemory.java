package dev.heed.trust.flow;

import dev.heed.trust.reliability.Item;
import dev.heed.trust.reliability.Memory;
import dev.heed.trust.reliability.Rater;
import dev.heed.trust.reliability.StateJson;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A filter's memory in state stores. Objects of one record's work are shared and written once at
 * its end, so that the filter always sees its own changes.
 */
final class StoreMemory implements Memory {

  private final Staged raters;
  private final Staged items;
  private final Work work;
  private final Map<String, Rater> openRaters = new HashMap<>();
  private final Map<String, Item> openItems = new HashMap<>();

  StoreMemory(Work work) {
    this.work = work;
    this.raters = work.store(Store.RATERS);
    this.items = work.store(Store.ITEMS);
  }

  @Override
  public Optional<Rater> rater(String id) {
    return Optional.ofNullable(
        openRaters.computeIfAbsent(
            id, key -> Optional.ofNullable(raters.get(key)).map(StateJson::rater).orElse(null)));
  }

  @Override
  public Optional<Item> item(String id) {
    return Optional.ofNullable(
        openItems.computeIfAbsent(
            id, key -> Optional.ofNullable(items.get(key)).map(StateJson::item).orElse(null)));
  }

  @Override
  public void keep(Rater rater) {
    openRaters.put(rater.id(), rater);
  }

  @Override
  public void keep(Item item) {
    openItems.put(item.id(), item);
  }

  /** Forgets an item; nobody's window may hang on it. */
  void dropItem(String id) {
    openItems.remove(id);
    items.delete(id);
  }

  /** Forgets a person's rating record. */
  void dropRater(String id) {
    openRaters.remove(id);
    raters.delete(id);
  }

  /** Stages what the last record changed. */
  void flush() {
    openRaters.forEach((id, rater) -> raters.put(id, StateJson.write(rater)));
    openItems.forEach(
        (id, item) -> {
          if (items.get(id) == null) {
            work.age(Store.ITEMS, id);
          }
          items.put(id, StateJson.write(item));
        });
    discard();
  }

  /** Forgets what a failed record changed. */
  void discard() {
    openRaters.clear();
    openItems.clear();
  }
}
