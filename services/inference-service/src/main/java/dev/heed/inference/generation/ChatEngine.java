package dev.heed.inference.generation;

import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.batching.Generation;
import dev.heed.inference.batching.Scheduler;
import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.runtime.Device;
import java.time.Clock;
import java.util.Arrays;

/** A loaded model that writes replies: tokenizer, template and scheduler as one. */
public final class ChatEngine implements AutoCloseable {

  private final ChatModel model;
  private final Scheduler scheduler;
  private final int[] opening;

  private ChatEngine(ChatModel model, Scheduler scheduler) {
    this.model = model;
    this.scheduler = scheduler;
    opening = model.opening();
  }

  /**
   * Loads the weights and starts the scheduler; takes the model over.
   *
   * @throws dev.heed.inference.runtime.ModelException when they cannot be served
   */
  public static ChatEngine start(ChatModel model, EngineLimits limits, EngineObserver observer) {
    return start(model, limits, observer, Options.PLAIN);
  }

  /**
   * How an engine is started.
   *
   * @param wholeCache whether the cache takes all of its memory now, not page by page as it is used
   * @param device where the model runs; when it cannot, nothing else is tried
   */
  public record Options(boolean wholeCache, Device device) {

    public static final Options PLAIN = new Options(false, Device.CPU);
  }

  /** The same in another way. */
  public static ChatEngine start(
      ChatModel model, EngineLimits limits, EngineObserver observer, Options options) {
    DecoderSession session =
        DecoderSession.open(
            model.folder(),
            model.config(),
            limits.slots(),
            limits.positions(),
            limits.threads(),
            limits.spinning(),
            options.device());
    if (options.wholeCache()) {
      session.touch();
    }
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
            new TextSink(model.tokenizer(), request.stops(), listener),
            shared(request.prompt()),
            request.adapter(),
            request.logprobs()));
  }

  /** Tokens at the prompt's head that every conversation of this model begins with. */
  private int shared(int[] prompt) {
    int same = Arrays.mismatch(prompt, opening);
    return same < 0 ? prompt.length : same;
  }

  @Override
  public void close() {
    scheduler.close();
    model.close();
  }
}
