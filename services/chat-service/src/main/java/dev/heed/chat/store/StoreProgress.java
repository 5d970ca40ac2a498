package dev.heed.chat.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.KafkaStreams.StateListener;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Whether the conversation store comes on. Kafka Streams calls it {@code REBALANCING} both while
 * partitions are handed over or restored and while one of them never will be; what tells them apart
 * is that nothing moves.
 */
@ApplicationScoped
public class StoreProgress implements StateListener, StateRestoreListener {

  private final LongSupplier nanos;
  private volatile State state = State.CREATED;
  private volatile boolean ran;
  private volatile long moved;

  @Inject
  StoreProgress() {
    this(System::nanoTime);
  }

  StoreProgress(LongSupplier nanos) {
    this.nanos = nanos;
    this.moved = nanos.getAsLong();
  }

  State state() {
    return state;
  }

  /** True when all partitions of this replica were served before, and some are on their way now. */
  boolean handsOver() {
    return ran && state == State.REBALANCING;
  }

  /** How long neither the state changed nor anything was restored; zero while the store runs. */
  Duration stoodStill() {
    return state == State.RUNNING
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, nanos.getAsLong() - moved));
  }

  @Override
  public void onChange(State now, State before) {
    moved = nanos.getAsLong();
    state = now;
    ran |= now == State.RUNNING;
  }

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
    moved = nanos.getAsLong();
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long end, long records) {
    moved = nanos.getAsLong();
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long records) {
    moved = nanos.getAsLong();
  }
}
