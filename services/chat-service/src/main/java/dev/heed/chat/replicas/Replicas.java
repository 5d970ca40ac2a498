package dev.heed.chat.replicas;

import dev.heed.chat.store.ConversationTopology;
import dev.heed.chat.store.LocalStore;
import dev.heed.chat.store.NotHereException;
import dev.heed.chat.store.StoredConversation;
import dev.heed.schemas.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Which chat-service replica holds which conversations, as Kafka Streams tells it; reads here or by
 * one hop to the replica that holds them (docs/adr/0006).
 */
@ApplicationScoped
public class Replicas {

  private final KafkaStreams streams;
  private final LocalStore local;
  private final ReplicaClient client;
  private final HostInfo self;

  Replicas(
      KafkaStreams streams,
      LocalStore local,
      ReplicaClient client,
      @ConfigProperty(name = "quarkus.kafka-streams.application-server") String self) {
    this.streams = streams;
    this.local = local;
    this.client = client;
    this.self = HostInfo.buildFromEndpoint(self);
  }

  /**
   * A conversation, wherever it is.
   *
   * @throws NotHereException while no replica holds its partition, as when it moves
   */
  public Optional<StoredConversation> conversation(String id) {
    KeyQueryMetadata owner;
    try {
      owner = streams.queryMetadataForKey(ConversationTopology.STORE, id, new StringSerializer());
    } catch (InvalidStateStoreException | IllegalStateException e) {
      throw new NotHereException();
    }
    if (owner == null
        || owner.equals(KeyQueryMetadata.NOT_AVAILABLE)
        || owner.activeHost().equals(HostInfo.unavailable())) {
      throw new NotHereException();
    }
    return owner.activeHost().equals(self)
        ? local.get(owner.partition(), id)
        : client.conversation(owner.activeHost(), owner.partition(), id);
  }

  /**
   * A person's conversations of all replicas, without their messages, in no order.
   *
   * @throws NotHereException while any partition is held by no replica
   */
  public List<StoredConversation> heads(String pseudonym) {
    Map<HostInfo, Set<Integer>> holders = holders();
    Set<Integer> held = holders.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    if (IntStream.range(0, Topics.TURNS.partitions()).anyMatch(p -> !held.contains(p))) {
      throw new NotHereException();
    }
    List<StoredConversation> heads = new ArrayList<>();
    holders.forEach(
        (host, partitions) ->
            heads.addAll(
                host.equals(self)
                    ? local.heads(partitions, pseudonym)
                    : client.heads(host, partitions, pseudonym)));
    return heads;
  }

  private Map<HostInfo, Set<Integer>> holders() {
    Map<HostInfo, Set<Integer>> holders = new HashMap<>();
    for (StreamsMetadata replica : all()) {
      Set<Integer> partitions =
          replica.topicPartitions().stream()
              .filter(partition -> partition.topic().equals(Topics.TURNS.name()))
              .map(TopicPartition::partition)
              .collect(Collectors.toSet());
      if (!partitions.isEmpty()) {
        holders.computeIfAbsent(replica.hostInfo(), _ -> new HashSet<>()).addAll(partitions);
      }
    }
    return holders;
  }

  private Collection<StreamsMetadata> all() {
    try {
      return streams.metadataForAllStreamsClients();
    } catch (InvalidStateStoreException | IllegalStateException e) {
      throw new NotHereException();
    }
  }

  /** Whether another replica has a reader of that reply; one that does not answer has none. */
  public boolean isReadElsewhere(String replyId) {
    try {
      return all().stream()
          .map(StreamsMetadata::hostInfo)
          .filter(host -> !host.equals(self))
          .anyMatch(host -> client.reads(host, replyId));
    } catch (NotHereException e) {
      return false;
    }
  }
}
