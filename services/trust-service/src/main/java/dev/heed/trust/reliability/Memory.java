package dev.heed.trust.reliability;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where a filter keeps raters and items: maps in a tool, state stores in a service. */
public interface Memory {

  /** The rater of that name. */
  Optional<Rater> rater(String id);

  /** The item of that name. */
  Optional<Item> item(String id);

  /** Keeps a new or changed rater. */
  void keep(Rater rater);

  /** Keeps a new or changed item. */
  void keep(Item item);

  /** All in maps, for as long as the process lives. */
  static Memory inMaps() {
    Map<String, Rater> raters = new HashMap<>();
    Map<String, Item> items = new HashMap<>();
    return new Memory() {
      @Override
      public Optional<Rater> rater(String id) {
        return Optional.ofNullable(raters.get(id));
      }

      @Override
      public Optional<Item> item(String id) {
        return Optional.ofNullable(items.get(id));
      }

      @Override
      public void keep(Rater rater) {
        raters.put(rater.id(), rater);
      }

      @Override
      public void keep(Item item) {
        items.put(item.id(), item);
      }
    };
  }
}
