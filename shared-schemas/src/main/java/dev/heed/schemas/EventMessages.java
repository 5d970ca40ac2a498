package dev.heed.schemas;

import io.opentelemetry.context.Context;
import io.smallrye.reactive.messaging.TracingMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import org.apache.avro.specific.SpecificRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/**
 * Builds what a Reactive Messaging emitter sends: key, encoded event, CloudEvents headers, trace.
 */
public final class EventMessages {

  private EventMessages() {}

  /**
   * A message ready to send, in the trace that is current on this thread.
   *
   * @param source the service that writes it; must be one of the topic's writers
   */
  public static Message<byte[]> message(
      EventCodec codec, Topic topic, String key, SpecificRecord event, String source) {
    return message(codec, topic, key, event, source, Context.current());
  }

  /** The same in a given trace, for work that went on on another thread. */
  public static Message<byte[]> message(
      EventCodec codec,
      Topic topic,
      String key,
      SpecificRecord event,
      String source,
      Context trace) {
    EventRecords.check(topic, event, source);
    var kafka =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withTopic(topic.name())
            .withKey(key)
            .withHeaders(CloudEvents.headers(Uuid7.randomString(), source, event))
            .build();
    return Message.of(codec.encode(event), Metadata.of(kafka, TracingMetadata.withCurrent(trace)));
  }
}
