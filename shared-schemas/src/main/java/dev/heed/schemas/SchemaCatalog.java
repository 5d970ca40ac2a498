package dev.heed.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writers' schemas by fingerprint (CRC-64-AVRO): those compiled in, the published older ones in the
 * jar, and those that other services announce while this one runs.
 */
public final class SchemaCatalog {

  private static final int MAX_UNKNOWN = 1000;

  private final Map<Long, Schema> byFingerprint = new ConcurrentHashMap<>();
  private final Object arrival = new Object();

  /** When each unknown fingerprint was first asked for; the oldest go when there are too many. */
  private final Map<Long, Long> firstAsked =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > MAX_UNKNOWN;
        }
      };

  /** A catalog of every schema that this version of Heed knows. */
  public static SchemaCatalog ofKnown() {
    SchemaCatalog catalog = new SchemaCatalog();
    eventTypes().forEach(type -> catalog.learn(schemaOf(type)));
    PublishedSchemas.all().forEach(catalog::learn);
    return catalog;
  }

  /** Remembers a schema. Learning it twice does nothing. */
  public void learn(Schema schema) {
    if (byFingerprint.putIfAbsent(fingerprint(schema), schema) == null) {
      synchronized (arrival) {
        arrival.notifyAll();
      }
    }
  }

  /** The schema of a fingerprint, if it is known now. */
  public Optional<Schema> find(long fingerprint) {
    return Optional.ofNullable(byFingerprint.get(fingerprint));
  }

  /**
   * The same, but waits for an announcement at most this long since it was first waited for; a
   * rolling upgrade may be under way. Many records of one unknown schema wait once, not each.
   */
  public Optional<Schema> await(long fingerprint, Duration limit) {
    synchronized (arrival) {
      long end = firstAsked.computeIfAbsent(fingerprint, _ -> System.nanoTime()) + limit.toNanos();
      while (!byFingerprint.containsKey(fingerprint)) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return Optional.empty();
        }
        try {
          arrival.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return Optional.empty();
        }
      }
    }
    return find(fingerprint);
  }

  /** Avro's 64-bit Rabin fingerprint of the schema's parsing canonical form. */
  public static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  /** The compiled-in schema of an event class. */
  public static Schema schemaOf(Class<? extends SpecificRecord> type) {
    return SpecificData.get().getSchema(type);
  }

  /** Every event type of every topic, once. */
  public static List<Class<? extends SpecificRecord>> eventTypes() {
    List<Class<? extends SpecificRecord>> types = new ArrayList<>();
    Topics.ALL.forEach(topic -> types.addAll(topic.events()));
    return List.copyOf(types);
  }
}
