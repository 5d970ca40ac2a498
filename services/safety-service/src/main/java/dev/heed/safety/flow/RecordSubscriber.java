package dev.heed.safety.flow;

import io.opentelemetry.context.Context;
import io.smallrye.reactive.messaging.TracingMetadata;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Takes records of one topic, a bounded number at a time, through the lanes of their keys. A record
 * is acknowledged when everything written because of it is in Kafka; one that cannot be processed
 * goes to the dead letters and the others go on.
 */
final class RecordSubscriber implements Subscriber<Message<byte[]>> {

  private static final Logger LOG = Logger.getLogger(RecordSubscriber.class);

  /** Processes one record; the stage ends when its results are in Kafka. */
  interface Handler {
    CompletionStage<Void> handle(byte[] value, Context trace);
  }

  private final String topic;
  private final Lanes lanes;
  private final int inFlight;
  private final Handler handler;
  private final SafetyMetrics metrics;
  private Subscription subscription;

  RecordSubscriber(
      String topic, Lanes lanes, int inFlight, Handler handler, SafetyMetrics metrics) {
    this.topic = topic;
    this.lanes = lanes;
    this.inFlight = inFlight;
    this.handler = handler;
    this.metrics = metrics;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    subscription.request(inFlight);
  }

  @Override
  public void onNext(Message<byte[]> message) {
    lanes.run(key(message), () -> process(message));
  }

  @Override
  public void onError(Throwable failure) {
    LOG.errorf("The stream of %s ended: %s", topic, failure.getClass().getSimpleName());
  }

  @Override
  public void onComplete() {
    LOG.infof("The stream of %s is complete", topic);
  }

  private void process(Message<byte[]> message) {
    Context trace =
        message
            .getMetadata(TracingMetadata.class)
            .map(TracingMetadata::getCurrentContext)
            .orElseGet(Context::root);
    CompletionStage<Void> written;
    try {
      written = handler.handle(message.getPayload(), trace);
    } catch (RuntimeException e) {
      park(message, e);
      return;
    }
    var unused =
        written.whenComplete(
            (nothing, failure) -> {
              if (failure == null) {
                settle(message.ack());
              } else {
                park(message, failure);
              }
            });
  }

  private void park(Message<byte[]> message, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    metrics.deadLetter(topic);
    LOG.warnf("A record of %s goes to its dead letters: %s", topic, describe(cause));
    settle(message.nack(new UnprocessableRecordException(describe(cause))));
  }

  private void settle(CompletionStage<Void> settled) {
    var unused = settled.whenComplete((nothing, failure) -> subscription.request(1));
  }

  /** Own exceptions say what is wrong without content; of others only the kind is told. */
  private static String describe(Throwable cause) {
    return cause.getClass().getName().startsWith("dev.heed.")
        ? cause.getMessage()
        : cause.getClass().getSimpleName();
  }

  private static String key(Message<byte[]> message) {
    return message
        .getMetadata(IncomingKafkaRecordMetadata.class)
        .map(metadata -> metadata.getKey() == null ? "" : metadata.getKey().toString())
        .orElse("");
  }
}
