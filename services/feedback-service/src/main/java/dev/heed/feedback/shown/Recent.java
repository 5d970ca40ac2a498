package dev.heed.feedback.shown;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * A map that forgets its oldest entries: over a count, over a weight, and those that came before a
 * moment. A cache by use would not do, for it may forget the newest first. Safe for use by several
 * threads.
 */
final class Recent<K, V> {

  private record Held<V>(V value, long atMillis, long weight) {}

  private final Map<K, Held<V>> entries = new LinkedHashMap<>();
  private final int maxCount;
  private final long maxWeight;
  private final long retentionMillis;
  private final ToLongFunction<V> weigher;
  private long weight;

  Recent(int maxCount, long maxWeight, long retentionMillis, ToLongFunction<V> weigher) {
    this.maxCount = maxCount;
    this.maxWeight = maxWeight;
    this.retentionMillis = retentionMillis;
    this.weigher = weigher;
  }

  /**
   * Puts what the function makes of the present value (empty: none), and forgets what is over the
   * bounds.
   *
   * @return the values that were forgotten
   */
  synchronized List<V> merge(K key, V first, UnaryOperator<V> next, long atMillis, long nowMillis) {
    Held<V> held = entries.get(key);
    V value = held == null ? first : next.apply(held.value());
    long since = held == null ? atMillis : held.atMillis();
    Held<V> now = new Held<>(value, since, weigher.applyAsLong(value));
    weight += now.weight() - (held == null ? 0 : held.weight());
    entries.put(key, now);
    return forget(nowMillis - retentionMillis);
  }

  private List<V> forget(long before) {
    List<V> forgotten = new ArrayList<>();
    var oldest = entries.values().iterator();
    while (oldest.hasNext()) {
      Held<V> held = oldest.next();
      boolean over = entries.size() > maxCount || weight > maxWeight || held.atMillis() < before;
      if (!over) {
        break;
      }
      oldest.remove();
      weight -= held.weight();
      forgotten.add(held.value());
    }
    return forgotten;
  }

  synchronized void remove(K key) {
    Held<V> held = entries.remove(key);
    weight -= held == null ? 0 : held.weight();
  }

  synchronized List<V> values() {
    return entries.values().stream().map(Held::value).toList();
  }

  synchronized Optional<V> get(K key) {
    return Optional.ofNullable(entries.get(key)).map(Held::value);
  }

  synchronized int size() {
    return entries.size();
  }
}
