package dev.heed.trust.flow;

import dev.heed.trust.reliability.Item;
import dev.heed.trust.reliability.Memory;
import dev.heed.trust.reliability.Newest;
import dev.heed.trust.reliability.Rater;
import dev.heed.trust.reliability.StateBytes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A filter's memory in state stores. Objects of one record's work are shared and written once at
 * its end, so that the filter always sees its own changes; those used last stay decoded.
 */
final class StoreMemory implements Memory {

  /** Objects of one kind. */
  private static final class Kind<V> {

    private final Staged store;
    private final Function<byte[], V> read;
    private final Function<V, byte[]> write;
    private final Map<String, V> open = new HashMap<>(); // seen by this record
    private final Map<String, V> kept = new HashMap<>(); // changed by it
    private final Set<String> missing = new HashSet<>(); // what it did not find
    private final Map<String, V> decoded;

    Kind(Staged store, Function<byte[], V> read, Function<V, byte[]> write, int hot) {
      this.store = store;
      this.read = read;
      this.write = write;
      decoded = Newest.of(hot);
    }

    Optional<V> find(String id) {
      V found = open.get(id);
      if (found == null) {
        found = decoded.get(id);
        byte[] bytes = found == null ? store.get(id) : null;
        found = bytes == null ? found : read.apply(bytes);
        if (found == null) {
          missing.add(id);
        } else {
          open.put(id, found);
        }
      }
      return Optional.ofNullable(found);
    }

    void keep(String id, V value) {
      open.put(id, value);
      kept.put(id, value);
    }

    void drop(String id) {
      open.remove(id);
      kept.remove(id);
      decoded.remove(id);
      store.delete(id);
    }

    void flush() {
      kept.forEach((id, value) -> store.put(id, write.apply(value)));
      kept.clear();
    }

    /** The record is done: what it saw is as the store has it. */
    void close() {
      decoded.putAll(open);
      open.clear();
      missing.clear();
    }

    /** It failed: what it saw may be half changed. */
    void discard() {
      decoded.keySet().removeAll(open.keySet());
      open.clear();
      kept.clear();
      missing.clear();
    }
  }

  private final Kind<Rater> raters;
  private final Kind<Item> items;
  private final Work work;

  StoreMemory(Work work) {
    this.work = work;
    int hot = work.config.hot();
    raters = new Kind<>(work.store(Store.RATERS), StateBytes::rater, StateBytes::write, hot);
    items = new Kind<>(work.store(Store.ITEMS), StateBytes::item, StateBytes::write, hot);
  }

  @Override
  public Optional<Rater> rater(String id) {
    return raters.find(id);
  }

  @Override
  public Optional<Item> item(String id) {
    return items.find(id);
  }

  @Override
  public void keep(Rater rater) {
    raters.keep(rater.id(), rater);
  }

  @Override
  public void keep(Item item) {
    items.keep(item.id(), item);
  }

  /** Forgets an item; nobody's window may hang on it. */
  void dropItem(String id) {
    items.drop(id);
  }

  /** Forgets a person's rating record. */
  void dropRater(String id) {
    raters.drop(id);
  }

  /** Stages what the record has changed so far. */
  void flush() {
    items.kept.keySet().stream()
        .filter(items.missing::remove)
        .forEach(id -> work.age(Store.ITEMS, id));
    raters.flush();
    items.flush();
  }

  /** The record's work is done. */
  void close() {
    raters.close();
    items.close();
  }

  /** Forgets what a failed record changed. */
  void discard() {
    raters.discard();
    items.discard();
  }
}
