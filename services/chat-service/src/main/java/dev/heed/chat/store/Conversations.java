package dev.heed.chat.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.heed.chat.http.Problem;
import dev.heed.schemas.events.ConversationChanged;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnSubmitted;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
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
 * Reads kept conversations: the Streams store, and over it for a short while what this replica
 * itself has just sent, so that a person reads their own writes.
 */
@ApplicationScoped
public class Conversations {

  private static final Duration OVERLAY_TIME = Duration.ofSeconds(60);
  private static final int OVERLAY_SIZE = 10_000;

  private final KafkaStreams streams;

  /** Newest state by conversation as this replica knows it; empty: deleted. */
  private final Cache<String, Optional<StoredConversation>> overlay =
      Caffeine.newBuilder().expireAfterWrite(OVERLAY_TIME).maximumSize(OVERLAY_SIZE).build();

  Conversations(KafkaStreams streams) {
    this.streams = streams;
  }

  /**
   * A person's conversation; empty when there is none or it is another's.
   *
   * @throws Problem 503 while the store is not there
   */
  public Optional<StoredConversation> find(String id, String pseudonym) {
    return newest(id).filter(conversation -> conversation.pseudonym().equals(pseudonym));
  }

  private Optional<StoredConversation> newest(String id) {
    Optional<StoredConversation> own = overlay.getIfPresent(id);
    return own != null ? own : stored(id);
  }

  private Optional<StoredConversation> stored(String id) {
    ReadOnlyKeyValueStore<String, byte[]> store = open(ConversationTopology.STORE);
    try {
      return Optional.ofNullable(store.get(id)).map(ConversationJson::read);
    } catch (InvalidStateStoreException e) {
      throw Problem.unavailable();
    }
  }

  /** All conversations of a person, newest first. */
  public List<StoredConversation> of(String pseudonym) {
    ReadOnlyKeyValueStore<String, byte[]> index = open(ConversationTopology.BY_PERSON);
    Set<String> ids = new HashSet<>();
    try (var keys = index.prefixScan(pseudonym + "/", new StringSerializer())) {
      keys.forEachRemaining(entry -> ids.add(entry.key.substring(pseudonym.length() + 1)));
    } catch (InvalidStateStoreException e) {
      throw Problem.unavailable();
    }
    overlay
        .asMap()
        .forEach(
            (id, state) ->
                state.filter(c -> c.pseudonym().equals(pseudonym)).ifPresent(_ -> ids.add(id)));
    List<StoredConversation> found = new ArrayList<>();
    ids.forEach(id -> find(id, pseudonym).ifPresent(found::add));
    found.sort(Comparator.comparingLong(StoredConversation::createdAt).reversed());
    return found;
  }

  private ReadOnlyKeyValueStore<String, byte[]> open(String name) {
    try {
      return streams.store(
          StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.keyValueStore()));
    } catch (InvalidStateStoreException | IllegalStateException e) {
      throw Problem.unavailable();
    }
  }

  /** True when the store answers. */
  public boolean isReady() {
    try {
      open(ConversationTopology.STORE);
      return true;
    } catch (Problem e) {
      return false;
    }
  }

  /** Notes what this replica has just sent. */
  public void sent(ConversationChanged event) {
    overlay.put(event.getConversationId(), Changes.apply(newest(event.getConversationId()), event));
  }

  /** Notes what this replica has just sent. */
  public void sent(TurnSubmitted event) {
    if (event.getStored()) {
      overlay.put(
          event.getConversationId(), Changes.apply(newest(event.getConversationId()), event));
    }
  }

  /** Notes the end of a reply of a conversation that stands in the overlay. */
  public void ended(ReplyChunk event) {
    overlay
        .asMap()
        .computeIfPresent(event.getConversationId(), (_, state) -> Changes.apply(state, event));
  }
}
