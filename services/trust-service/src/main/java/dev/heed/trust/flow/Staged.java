package dev.heed.trust.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A store whose changes wait: until a record's work is done, so that a record that fails half-way
 * leaves nothing behind; and from there until Streams commits, so that what changes often is
 * written once. Not safe for several threads.
 */
final class Staged {

  private static final StringSerializer KEYS = new StringSerializer();

  /** In the place of a value that is deleted. */
  private static final byte[] GONE = {};

  private final KeyValueStore<String, byte[]> store;
  private final Map<String, byte[]> changes = new HashMap<>(); // of this record
  private final Map<String, byte[]> held = new HashMap<>(); // of this transaction
  private boolean empty; // many stores of a young partition are, and are asked for each record

  Staged(KeyValueStore<String, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      empty = !all.hasNext();
    }
  }

  /** The value as this record sees it; null: none. */
  byte[] get(String key) {
    byte[] value = changes.get(key);
    if (value == null) {
      value = held.get(key);
    }
    if (value == null) {
      return empty ? null : store.get(key);
    }
    return value(value);
  }

  void put(String key, byte[] value) {
    changes.put(key, value);
  }

  void delete(String key) {
    changes.put(key, GONE);
  }

  private static byte[] value(byte[] known) {
    return known == GONE ? null : known;
  }

  /** Every entry whose key begins so, in the order of keys. */
  Map<String, byte[]> under(String prefix) {
    NavigableMap<String, byte[]> found = new TreeMap<>();
    if (!empty) {
      try (KeyValueIterator<String, byte[]> all = store.prefixScan(prefix, KEYS)) {
        all.forEachRemaining(entry -> found.put(entry.key, entry.value));
      }
    }
    change(found, prefix, held);
    change(found, prefix, changes);
    return found;
  }

  private static void change(
      Map<String, byte[]> found, String prefix, Map<String, byte[]> changes) {
    changes.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.compute(key, (_, _) -> value(value));
          }
        });
  }

  /** Entries before a key, as written at the last commit and not deleted since. */
  Map<String, byte[]> before(String key, int limit) {
    Map<String, byte[]> found = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> all = store.range(null, key)) {
      while (all.hasNext() && found.size() < limit) {
        var entry = all.next();
        if (!held.containsKey(entry.key) && !changes.containsKey(entry.key)) {
          found.put(entry.key, entry.value);
        }
      }
    }
    return found;
  }

  /** The record's work is done. */
  void commit() {
    if (!changes.isEmpty()) {
      held.putAll(changes);
      changes.clear();
    }
  }

  void discard() {
    changes.clear();
  }

  /** Writes down what is held. */
  void flush() {
    if (held.isEmpty()) {
      return;
    }
    List<KeyValue<String, byte[]>> all = new ArrayList<>(held.size());
    held.forEach((key, value) -> all.add(KeyValue.pair(key, value(value))));
    store.putAll(all);
    held.clear();
    empty = false;
  }
}
