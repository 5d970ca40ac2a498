package dev.heed.inference.generation;

import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.batching.Generation;
import dev.heed.inference.batching.Scheduler;
import dev.heed.inference.runtime.DecoderSession;
import java.time.Clock;

/** A loaded model that writes replies: tokenizer, template and scheduler as one. */
public final class ChatEngine implements AutoCloseable {

  private final ChatModel model;
  private final Scheduler scheduler;

  private ChatEngine(ChatModel model, Scheduler scheduler) {
    this.model = model;
    this.scheduler = scheduler;
  }

  /**
   * Loads the weights and starts the scheduler; takes the model over.
   *
   * @throws dev.heed.inference.runtime.ModelException when they cannot be served
   */
  public static ChatEngine start(ChatModel model, EngineLimits limits, EngineObserver observer) {
    DecoderSession session =
        DecoderSession.open(
            model.folder(),
            model.config(),
            limits.slots(),
            limits.positions(),
            limits.threads(),
            limits.spinning());
    return new ChatEngine(model, new Scheduler(session, limits, observer, Clock.systemUTC()));
  }

  public ChatModel model() {
    return model;
  }

  public Scheduler scheduler() {
    return scheduler;
  }

  /** Hands in a request; the listener hears of it only when the answer is ACCEPTED. */
  public Admission submit(ReplyRequest request, ReplyListener listener) {
    return scheduler.submit(
        new Generation(
            request.id(),
            request.prompt(),
            request.maxTokens(),
            request.sampling(),
            request.deadline(),
            request.salt(),
            new TextSink(model.tokenizer(), request.stops(), listener)));
  }

  @Override
  public void close() {
    scheduler.close();
    model.close();
  }
}
