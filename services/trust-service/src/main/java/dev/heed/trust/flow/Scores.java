package dev.heed.trust.flow;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Reads people's scores from this replica's store. */
@ApplicationScoped
public class Scores {

  private final KafkaStreams streams;

  Scores(KafkaStreams streams) {
    this.streams = streams;
  }

  /** The encoded score of a pseudonym; empty when there is none or the store is not there. */
  public Optional<byte[]> find(String pseudonym) {
    return store().map(store -> store.get(pseudonym));
  }

  /** True when the store answers. */
  public boolean isReady() {
    return store().isPresent();
  }

  private Optional<ReadOnlyKeyValueStore<String, byte[]>> store() {
    try {
      return Optional.of(
          streams.store(
              StoreQueryParameters.fromNameAndType(
                  Weigher.SCORES, QueryableStoreTypes.<String, byte[]>keyValueStore())));
    } catch (InvalidStateStoreException | IllegalStateException e) {
      return Optional.empty();
    }
  }
}
