package dev.heed.chat.store;

import dev.heed.chat.metrics.ChatMeters;
import dev.heed.schemas.EventCodec;
import dev.heed.schemas.Topic;
import dev.heed.schemas.Topics;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.ConversationChanged;
import dev.heed.schemas.events.ReplyChunk;
import dev.heed.schemas.events.TurnSubmitted;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Keeps conversations: chat.turns and chat.replies, both keyed by conversation, become one store
 * and an index of each person's conversations (key {@code pseudonym/conversation}, value: the
 * conversation without its messages) on the same partition.
 */
@ApplicationScoped
public class ConversationTopology {

  public static final String STORE = "conversations";
  static final String BY_PERSON = "conversations-by-person";

  private static final List<Topic> SOURCES = List.of(Topics.TURNS, Topics.REPLIES);

  private final EventCodec codec;
  private final ChatMeters meters;

  ConversationTopology(EventCodec codec, ChatMeters meters) {
    this.codec = codec;
    this.meters = meters;
  }

  /** Built by Quarkus' Kafka Streams at start. */
  @Produces
  @Singleton
  public Topology topology() {
    StreamsBuilder builder = new StreamsBuilder();
    var strings = Serdes.String();
    var bytes = Serdes.ByteArray();
    builder.addStateStore(
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), strings, bytes));
    builder.addStateStore(
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(BY_PERSON), strings, bytes));
    builder.stream(SOURCES.stream().map(Topic::name).toList(), Consumed.with(strings, bytes))
        .process(Keeper::new, STORE, BY_PERSON)
        .to((key, value, context) -> context.topic() + ".dead", Produced.with(strings, bytes));
    return builder.build();
  }

  /** Applies each event to its conversation; forwards what it cannot read, for the dead letters. */
  private final class Keeper implements Processor<String, byte[], String, byte[]> {

    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<String, byte[]> conversations;
    private KeyValueStore<String, byte[]> byPerson;

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
      this.context = context;
      this.conversations = context.getStateStore(STORE);
      this.byPerson = context.getStateStore(BY_PERSON);
    }

    @Override
    public void process(Record<String, byte[]> record) {
      if (record.key() == null) {
        park(record, "a record without a key");
        return;
      }
      byte[] stored = conversations.get(record.key());
      Optional<StoredConversation> before;
      Optional<StoredConversation> after;
      try {
        SpecificRecord event = codec.decode(record.value());
        belongs(event);
        before = Optional.ofNullable(stored).map(ConversationJson::read);
        after = apply(before, event, record);
      } catch (UnreadableEventException e) {
        park(record, e.getMessage());
        return;
      } catch (RuntimeException e) {
        // The same record would kill every thread that comes after; its class says enough.
        park(record, "cannot be applied (" + e.getClass().getSimpleName() + ")");
        return;
      }
      if (!after.equals(before)) {
        write(record.key(), before, after);
      }
    }

    /** Who may write one topic must not thereby write what only another's writer may say. */
    private void belongs(SpecificRecord event) {
      String topic = context.recordMetadata().orElseThrow().topic();
      if (SOURCES.stream()
          .filter(source -> source.name().equals(topic))
          .noneMatch(source -> source.events().contains(event.getClass()))) {
        throw new UnreadableEventException(
            "a " + event.getSchema().getName() + " where it does not belong");
      }
    }

    private Optional<StoredConversation> apply(
        Optional<StoredConversation> before, SpecificRecord event, Record<String, byte[]> record) {
      return switch (event) {
        case ConversationChanged change -> Changes.apply(before, change);
        case TurnSubmitted turn -> Changes.apply(before, turn, RequestDigest.of(record.headers()));
        case ReplyChunk chunk -> Changes.apply(before, chunk);
        default -> before;
      };
    }

    private void park(Record<String, byte[]> record, String reason) {
      meters.deadLetter();
      Headers headers =
          record.headers().add("dead-letter-reason", reason.getBytes(StandardCharsets.UTF_8));
      context
          .recordMetadata()
          .ifPresent(
              from -> {
                headers.add("dead-letter-topic", from.topic().getBytes(StandardCharsets.UTF_8));
                headers.add("dead-letter-partition", number(from.partition()));
                headers.add("dead-letter-offset", number(from.offset()));
              });
      context.forward(record.withHeaders(headers));
    }

    private static byte[] number(long number) {
      return Long.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    private void write(
        String id, Optional<StoredConversation> before, Optional<StoredConversation> after) {
      if (after.isPresent()) {
        conversations.put(id, ConversationJson.write(after.get()));
        StoredConversation head = after.get().head();
        if (!before.map(StoredConversation::head).equals(Optional.of(head))) {
          byPerson.put(head.pseudonym() + "/" + id, ConversationJson.write(head));
        }
      } else {
        conversations.delete(id);
        before.ifPresent(gone -> byPerson.delete(gone.pseudonym() + "/" + id));
      }
    }
  }
}
