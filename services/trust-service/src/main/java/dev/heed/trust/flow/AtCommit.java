package dev.heed.trust.flow;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * A store that holds nothing, and is told by Kafka Streams, before each commit, to write down what
 * it holds back: the moment at which the real stores are given all that changed since the last
 * commit. What is written then goes into the same transaction as the records that caused it; after
 * a crash both are gone (docs/adr/0021). {@code CachedStateStore} is how Streams' own caches are
 * told; there is no public way.
 */
final class AtCommit implements StateStore, CachedStateStore<Object, Object> {

  static final String NAME = "at-commit";

  private Runnable flush = () -> {};
  private boolean open;

  /** Sets what is done before each commit. */
  void doing(Runnable work) {
    flush = work;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (_, _) -> {});
    open = true;
  }

  @Override
  public void flushCache() {
    flush.run();
  }

  @Override
  public void clearCache() {
    flush = () -> {};
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
    return false;
  }

  @Override
  public void close() {
    flush = () -> {};
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Builds one for each task; without a changelog. */
  static final class Builder implements StoreBuilder<AtCommit> {

    @Override
    public StoreBuilder<AtCommit> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<AtCommit> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<AtCommit> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("there is nothing to log");
    }

    @Override
    public StoreBuilder<AtCommit> withLoggingDisabled() {
      return this;
    }

    @Override
    public AtCommit build() {
      return new AtCommit();
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }

    @Override
    public String name() {
      return NAME;
    }
  }
}
