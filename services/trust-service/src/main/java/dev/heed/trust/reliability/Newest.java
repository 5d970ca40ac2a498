package dev.heed.trust.reliability;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Maps that forget what was not used for longest. */
public final class Newest {

  private Newest() {}

  /** A map of at most so many entries. */
  public static <K, V> Map<K, V> of(int count) {
    return of(count, _ -> {});
  }

  /** The same, which tells what it forgets. */
  static <K, V> Map<K, V> of(int count, Consumer<V> whenGone) {
    return new LinkedHashMap<>(64, .75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        boolean full = size() > count;
        if (full) {
          whenGone.accept(eldest.getValue());
        }
        return full;
      }
    };
  }
}
