package dev.heed.trust.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.trust.config.TrustConfig;
import dev.heed.trust.metrics.TrustMeters;
import dev.heed.trust.reliability.Params;
import dev.heed.trust.reliability.TrustFilter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * What the work on one record needs and changes: stores, filter, what is to be sent. All of it
 * happens at {@link #commit}, or none.
 */
final class Work {

  private static final String POPULATION = "population";

  /** Something to be sent. */
  private record Sent(String child, Record<String, byte[]> record) {}

  final EventCodec codec;
  final TrustMeters meters;
  final TrustConfig config;
  final StoreMemory memory;
  TrustFilter filter;
  private final ProcessorContext<String, byte[]> context;
  private final Map<Store, Staged> stores = new EnumMap<>(Store.class);
  private final Stats stats;
  private final List<Sent> outbox = new ArrayList<>();
  private Record<String, byte[]> cause;

  Work(
      EventCodec codec,
      TrustMeters meters,
      TrustConfig config,
      ProcessorContext<String, byte[]> context) {
    this.codec = codec;
    this.meters = meters;
    this.config = config;
    this.context = context;
    for (Store store : Store.values()) {
      stores.put(store, new Staged(context.getStateStore(store.storeName())));
    }
    memory = new StoreMemory(this);
    stats = new Stats(store(Store.PARTITION));
    open();
  }

  private void open() {
    filter = new TrustFilter(Params.DEFAULT, memory);
    Optional.ofNullable(store(Store.PARTITION).get(POPULATION)).ifPresent(filter::restore);
  }

  Staged store(Store store) {
    return stores.get(store);
  }

  /** Begins the work that a record causes. */
  void begin(Record<String, byte[]> record) {
    cause = record;
  }

  /** When the record says that it happened, in milliseconds. */
  long time() {
    return cause.timestamp();
  }

  /** Remembers that something must leave one day; by this machine's clock, as events' may jump. */
  void age(Store store, String key) {
    store(Store.AGES).put(Ages.key(context.currentSystemTimeMs(), store, key), new byte[0]);
  }

  long now() {
    return context.currentSystemTimeMs();
  }

  void emit(FeedbackWeighted event) {
    meters.weighed(event.getKind(), event.getPRight());
    if (event.getRevision() == 0) {
      stats.count(event);
    }
    byte[] bytes = codec.encode(event);
    String key = event.getPseudonym() + "/" + event.getFeedbackId();
    if (store(Store.FEEDBACK).get(key) == null) {
      age(Store.FEEDBACK, key);
    }
    store(Store.FEEDBACK).put(key, bytes);
    send(Topics.FEEDBACK_WEIGHTED.name(), event.getFeedbackId(), bytes, event);
  }

  void send(String child, String key, byte[] bytes, SpecificRecord event) {
    var headers = Weights.headers(event, cause.headers());
    outbox.add(new Sent(child, new Record<>(key, bytes, cause.timestamp(), headers)));
  }

  /** Says that a key is gone. */
  void tombstone(String child, String key, long time) {
    outbox.add(new Sent(child, new Record<>(key, null, time)));
  }

  /** Keeps what the filter knows of the whole partition. */
  void keepPopulation() {
    store(Store.PARTITION).put(POPULATION, filter.population());
  }

  void replacePopulation(byte[] bytes) {
    filter.restore(bytes);
    keepPopulation();
  }

  /** Makes all changes and sends what is to be sent. */
  void commit() {
    memory.flush();
    stores.values().forEach(Staged::commit);
    outbox.forEach(sent -> context.forward(sent.record(), sent.child()));
    outbox.clear();
  }

  /** Undoes all of it, the filter's own memory too. */
  void discard() {
    memory.discard();
    stores.values().forEach(Staged::discard);
    outbox.clear();
    open();
  }

  /** Two counters kept under a name in the partition's store. */
  long[] counters(String name) {
    byte[] bytes = store(Store.PARTITION).get(name);
    ByteBuffer buffer = ByteBuffer.wrap(bytes == null ? new byte[16] : bytes);
    return new long[] {buffer.getLong(), buffer.getLong()};
  }

  void counters(String name, long[] values) {
    store(Store.PARTITION)
        .put(name, ByteBuffer.allocate(16).putLong(values[0]).putLong(values[1]).array());
  }
}
