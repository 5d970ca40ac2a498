package dev.heed.trust.flow;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topics;
import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.FeedbackWeighted;
import dev.heed.trust.config.TrustConfig;
import dev.heed.trust.metrics.TrustMeters;
import dev.heed.trust.reliability.Params;
import dev.heed.trust.reliability.Rings;
import dev.heed.trust.reliability.TrustFilter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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
  final TrustFilter filter;
  private final ProcessorContext<String, byte[]> context;
  private final Map<Store, Staged> stores = new EnumMap<>(Store.class);
  private final Stats stats;
  private final List<Sent> outbox = new ArrayList<>();
  private final List<String> aging = new ArrayList<>(); // by this record
  private final List<String> aged = new ArrayList<>(); // since the last commit
  private byte[] mark;
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
    // Items of before a restart keep the groups that were found then, so names never come again.
    Rings rings = new Rings(() -> "ring:" + Uuid7.randomString());
    filter = new TrustFilter(Params.DEFAULT, memory, rings);
    Optional.ofNullable(store(Store.PARTITION).get(POPULATION)).ifPresent(filter::restore);
    mark = filter.mark();
    AtCommit commit = context.getStateStore(AtCommit.NAME);
    commit.doing(this::flush);
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
    aging.add(store.name() + "/" + key);
  }

  /** Forgets what is new, where it is of somebody who is erased. */
  void eraseAges(Predicate<String> of) {
    aging.removeIf(of);
    aged.removeIf(of);
  }

  long now() {
    return context.currentSystemTimeMs();
  }

  void emit(FeedbackWeighted event) {
    meters.weighed(event.getKind(), event.getPRight());
    byte[] bytes = codec.encode(event);
    String key = event.getPseudonym() + "/" + event.getFeedbackId();
    if (event.getRevision() == 0) {
      stats.count(event);
      age(Store.FEEDBACK, key);
    }
    store(Store.FEEDBACK).put(key, bytes);
    send(Topics.FEEDBACK_WEIGHTED.name(), event.getFeedbackId(), bytes, event);
  }

  /** What counts as somebody's rating of an item. */
  Optional<FeedbackWeighted> word(String item, String user) {
    return memory
        .item(item)
        .flatMap(known -> known.word(user))
        .or(() -> elsewhere(item + "/" + user)) // of before items kept the words themselves
        .flatMap(id -> word(user, Optional.of(id)));
  }

  /** Who has rated an item. */
  Set<String> raters(String item) {
    Set<String> raters = new LinkedHashSet<>();
    memory.item(item).ifPresent(known -> raters.addAll(known.raters()));
    store(Store.BY_ITEM).under(item + "/").keySet().stream()
        .map(place -> place.substring(item.length() + 1))
        .filter(user -> !user.startsWith("review:"))
        .forEach(raters::add);
    return raters;
  }

  /** A reviewer's word on an item. */
  Optional<FeedbackWeighted> review(String item, String reviewer) {
    return word(reviewer, elsewhere(item + "/review:" + reviewer));
  }

  private Optional<String> elsewhere(String place) {
    return Optional.ofNullable(store(Store.BY_ITEM).get(place))
        .map(id -> new String(id, StandardCharsets.UTF_8));
  }

  private Optional<FeedbackWeighted> word(String user, Optional<String> id) {
    return id.map(known -> store(Store.FEEDBACK).get(user + "/" + known))
        .filter(bytes -> bytes.length > 0)
        .map(bytes -> codec.decode(bytes, FeedbackWeighted.class));
  }

  void send(String child, String key, byte[] bytes, SpecificRecord event) {
    var headers = Weights.headers(event, cause.headers());
    outbox.add(new Sent(child, new Record<>(key, bytes, cause.timestamp(), headers)));
  }

  /** Says that a key is gone. */
  void tombstone(String child, String key, long time) {
    outbox.add(new Sent(child, new Record<>(key, null, time)));
  }

  /** Makes all changes and sends what is to be sent. */
  void commit() {
    memory.flush();
    memory.close();
    stores.values().forEach(Staged::commit);
    aged.addAll(aging);
    aging.clear();
    outbox.forEach(sent -> context.forward(sent.record(), sent.child()));
    outbox.clear();
    mark = filter.mark();
  }

  /** Undoes all of it, the filter's own memory too. */
  void discard() {
    memory.discard();
    stores.values().forEach(Staged::discard);
    aging.clear();
    outbox.clear();
    filter.undo(mark);
  }

  /** Before Streams commits: writes down what was held back. */
  private void flush() {
    if (!aged.isEmpty()) {
      store(Store.AGES).put(Ages.key(now(), aged.getFirst()), Ages.value(aged));
      aged.clear();
    }
    byte[] population = filter.population();
    if (!Arrays.equals(population, store(Store.PARTITION).get(POPULATION))) {
      store(Store.PARTITION).put(POPULATION, population);
    }
    stores.values().forEach(Staged::commit);
    stores.values().forEach(Staged::flush);
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
