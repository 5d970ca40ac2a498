package dev.heed.inference.serving;

import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.batching.Finish;
import io.opentelemetry.context.Context;
import io.smallrye.reactive.messaging.TracingMetadata;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Takes prompts in parallel, at most as many as may run and wait; with no room the connector pauses
 * the partitions. A prompt is acknowledged when its reply is in Kafka, so the offset that is
 * committed is the lowest unfinished one.
 */
@ApplicationScoped
class PromptSubscriber implements Subscriber<Message<byte[]>> {

  private static final Logger LOG = Logger.getLogger(PromptSubscriber.class);

  private final Engine engine;
  private final PromptFlow flow;
  private final ReleasesListener releases;
  private final InferenceMetrics metrics;

  /** Renders and tokenises off the event loop; long prompts take a while. */
  private final ExecutorService workers =
      Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().name("prompts-", 0).factory());

  private Subscription subscription;

  PromptSubscriber(
      Engine engine, PromptFlow flow, ReleasesListener releases, InferenceMetrics metrics) {
    this.engine = engine;
    this.flow = flow;
    this.releases = releases;
    this.metrics = metrics;
  }

  @Incoming("prompts")
  Subscriber<Message<byte[]>> prompts() {
    return this;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    var unused =
        engine
            .whenLoaded()
            .thenCombine(releases.caughtUp(), (loaded, _) -> loaded)
            .thenAccept(
                loaded -> {
                  EngineLimits limits = loaded.engine().scheduler().limits();
                  long room = (long) limits.running() + limits.waiting();
                  subscription.request(Math.max(1, room / Math.max(1, engine.candidates())));
                });
  }

  @Override
  public void onNext(Message<byte[]> message) {
    workers.execute(() -> process(message));
  }

  @Override
  public void onError(Throwable failure) {
    LOG.errorf("The stream of prompts ended: %s", failure.getClass().getSimpleName());
  }

  @Override
  public void onComplete() {
    LOG.info("The stream of prompts is complete");
  }

  private void process(Message<byte[]> message) {
    Context trace =
        message
            .getMetadata(TracingMetadata.class)
            .map(TracingMetadata::getCurrentContext)
            .orElseGet(Context::root);
    CompletionStage<Finish> written;
    try {
      written = flow.reply(message.getPayload(), trace);
    } catch (RuntimeException e) {
      park(message, e);
      return;
    }
    var unused =
        written.whenComplete(
            (finish, failure) -> {
              if (failure != null) {
                park(message, failure);
              } else if (finish == Finish.HANDED_OVER) {
                // Not acknowledged: the next owner of the partition takes it up.
                subscription.request(1);
              } else {
                settle(message.ack());
              }
            });
  }

  private void park(Message<byte[]> message, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String kind =
        cause.getClass().getName().startsWith("dev.heed.schemas.")
            ? cause.getMessage()
            : cause.getClass().getSimpleName();
    metrics.deadLetter();
    LOG.warnf("A record of chat.prompts goes to its dead letters: %s", kind);
    settle(message.nack(new IllegalStateException(kind)));
  }

  private void settle(CompletionStage<Void> settled) {
    var unused = settled.whenComplete((nothing, failure) -> subscription.request(1));
  }

  @PreDestroy
  void close() {
    workers.shutdownNow();
  }
}
