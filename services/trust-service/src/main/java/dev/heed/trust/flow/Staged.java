package dev.heed.trust.flow;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A store whose changes wait until a record's work is done, so that a record that fails half-way
 * leaves nothing behind. Not safe for several threads.
 */
final class Staged {

  private final KeyValueStore<String, byte[]> store;
  private final Map<String, byte[]> changes = new HashMap<>(); // null: deleted

  Staged(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** The value as this record sees it; null: none. */
  byte[] get(String key) {
    return changes.containsKey(key) ? changes.get(key) : store.get(key);
  }

  void put(String key, byte[] value) {
    changes.put(key, value);
  }

  void delete(String key) {
    changes.put(key, null);
  }

  /** Every entry whose key begins so, in the order of keys. */
  Map<String, byte[]> under(String prefix) {
    Map<String, byte[]> found = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> all = store.prefixScan(prefix, new StringSerializer())) {
      all.forEachRemaining(entry -> found.put(entry.key, entry.value));
    }
    changes.forEach(
        (key, value) -> {
          if (key.startsWith(prefix) && value == null) {
            found.remove(key);
          } else if (key.startsWith(prefix)) {
            found.put(key, value);
          }
        });
    return found;
  }

  /** Entries before a key, as committed, up to a number. */
  Map<String, byte[]> before(String key, int limit) {
    Map<String, byte[]> found = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> all = store.range(null, key)) {
      while (all.hasNext() && found.size() < limit) {
        var entry = all.next();
        found.put(entry.key, entry.value);
      }
    }
    return found;
  }

  void commit() {
    changes.forEach(store::put);
    changes.clear();
  }

  void discard() {
    changes.clear();
  }
}
