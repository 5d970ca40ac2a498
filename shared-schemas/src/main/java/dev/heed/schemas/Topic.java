package dev.heed.schemas;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * One Kafka topic, as every service must see it.
 *
 * @param name the topic's name
 * @param key what the record key is, in words of the domain
 * @param events the types that may stand in it
 * @param partitions how many partitions a new deployment creates
 * @param keeping how long records stay
 * @param writers the services that may write it; Kafka's ACLs say the same
 */
public record Topic(
    String name,
    Key key,
    List<Class<? extends SpecificRecord>> events,
    int partitions,
    Keeping keeping,
    List<String> writers) {

  /** What a record key names. */
  public enum Key {
    CONVERSATION,
    PSEUDONYM,
    FEEDBACK,
    ITEM,
    NAME,
    ROUND,
    FINGERPRINT
  }

  /** How long records stay. */
  public sealed interface Keeping {
    /** Deleted when older than this. */
    record For(Duration time) implements Keeping {}

    /** The last record of each key stays. */
    record Latest() implements Keeping {}
  }

  public Topic {
    events = List.copyOf(events);
    writers = List.copyOf(writers);
  }

  /** Where records go that could not be processed. */
  public String deadLetters() {
    return name + ".dead";
  }

  /** Kafka's topic configuration for {@link #keeping()}. */
  public Map<String, String> config() {
    return switch (keeping) {
      case Keeping.For(Duration time) ->
          Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(time.toMillis()));
      case Keeping.Latest() -> Map.of("cleanup.policy", "compact");
    };
  }
}
