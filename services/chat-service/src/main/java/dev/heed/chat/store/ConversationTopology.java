package dev.heed.chat.store;

import dev.heed.chat.metrics.ChatMeters;
import dev.heed.schemas.EventCodec;
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
 * and an index of each person's conversations (key {@code pseudonym/conversation}) on the same
 * partition.
 */
@ApplicationScoped
public class ConversationTopology {

  static final String STORE = "conversations";
  static final String BY_PERSON = "conversations-by-person";

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
    builder.stream(
            List.of(Topics.TURNS.name(), Topics.REPLIES.name()), Consumed.with(strings, bytes))
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
      SpecificRecord event;
      try {
        event = codec.decode(record.value());
        if (record.key() == null) {
          throw new UnreadableEventException("a record without a key");
        }
      } catch (UnreadableEventException e) {
        meters.deadLetter();
        context.forward(
            record.withHeaders(
                record
                    .headers()
                    .add("dead-letter-reason", e.getMessage().getBytes(StandardCharsets.UTF_8))));
        return;
      }
      Optional<StoredConversation> before =
          Optional.ofNullable(conversations.get(record.key())).map(ConversationJson::read);
      Optional<StoredConversation> after =
          switch (event) {
            case ConversationChanged change -> Changes.apply(before, change);
            case TurnSubmitted turn -> Changes.apply(before, turn);
            case ReplyChunk chunk -> Changes.apply(before, chunk);
            default -> before;
          };
      if (!after.equals(before)) {
        write(record.key(), before, after);
      }
    }

    private void write(
        String id, Optional<StoredConversation> before, Optional<StoredConversation> after) {
      if (after.isPresent()) {
        conversations.put(id, ConversationJson.write(after.get()));
        byPerson.put(after.get().pseudonym() + "/" + id, new byte[0]);
      } else {
        conversations.delete(id);
        before.ifPresent(gone -> byPerson.delete(gone.pseudonym() + "/" + id));
      }
    }
  }
}
