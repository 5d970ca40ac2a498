package dev.heed.trust.flow;

import jakarta.enterprise.context.ApplicationScoped;
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

  /** What a look-up found. */
  public sealed interface Found {

    /** A score, encoded. */
    record Score(byte[] bytes) implements Found {}

    /** Nothing is known of that pseudonym here. */
    record Nothing() implements Found {}

    /** The store does not answer: it is being restored or moved. */
    record NotReady() implements Found {}
  }

  /** Looks a pseudonym up. */
  public Found find(String pseudonym) {
    try {
      byte[] bytes = store().get(pseudonym);
      return bytes == null ? new Found.Nothing() : new Found.Score(bytes);
    } catch (InvalidStateStoreException | IllegalStateException e) {
      return new Found.NotReady();
    }
  }

  /** True when the store answers; to open it is not enough, as that works before it is there. */
  public boolean isReady() {
    return !(find("") instanceof Found.NotReady);
  }

  private ReadOnlyKeyValueStore<String, byte[]> store() {
    return streams.store(
        StoreQueryParameters.fromNameAndType(
            Weigher.SCORES, QueryableStoreTypes.<String, byte[]>keyValueStore()));
  }
}
