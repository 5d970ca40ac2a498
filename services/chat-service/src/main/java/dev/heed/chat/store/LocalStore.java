package dev.heed.chat.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * The conversations of the partitions that this replica holds. A partition is always named, so that
 * one that has moved away is never taken for an empty one.
 */
@ApplicationScoped
public class LocalStore {

  private final KafkaStreams streams;

  LocalStore(KafkaStreams streams) {
    this.streams = streams;
  }

  /**
   * A conversation.
   *
   * @throws NotHereException when this replica does not hold the partition now
   */
  public Optional<StoredConversation> get(int partition, String id) {
    try {
      return Optional.ofNullable(open(ConversationTopology.STORE, partition).get(id))
          .map(ConversationJson::read);
    } catch (InvalidStateStoreException e) {
      throw new NotHereException();
    }
  }

  /**
   * A person's conversations in those partitions, without their messages, in no order.
   *
   * @throws NotHereException when this replica does not hold all of the partitions now
   */
  public List<StoredConversation> heads(Set<Integer> partitions, String pseudonym) {
    List<StoredConversation> heads = new ArrayList<>();
    for (int partition : partitions) {
      var index = open(ConversationTopology.BY_PERSON, partition);
      try (var keys = index.prefixScan(pseudonym + "/", new StringSerializer())) {
        keys.forEachRemaining(entry -> heads.add(ConversationJson.read(entry.value)));
      } catch (InvalidStateStoreException e) {
        throw new NotHereException();
      }
    }
    return heads;
  }

  private ReadOnlyKeyValueStore<String, byte[]> open(String name, int partition) {
    try {
      return streams.store(
          StoreQueryParameters.fromNameAndType(
                  name, QueryableStoreTypes.<String, byte[]>keyValueStore())
              .withPartition(partition));
    } catch (InvalidStateStoreException | IllegalStateException e) {
      throw new NotHereException();
    }
  }
}
