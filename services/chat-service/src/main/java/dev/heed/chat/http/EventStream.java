package dev.heed.chat.http;

import dev.heed.chat.config.ChatConfig;
import dev.heed.chat.live.LiveReply;
import dev.heed.chat.metrics.ChatMeters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * One person's {@code text/event-stream}: chunks come in from the topic's thread into a bounded
 * queue, a virtual thread writes them. A reader that is too slow is closed and may resume.
 */
final class EventStream implements LiveReply.Reader {

  private static final int QUEUE = 1024;
  private static final long DRAIN_POLL_MILLIS = 5;

  private final HttpServerResponse response;
  private final ChatConfig config;
  private final ChatMeters meters;
  private final BlockingQueue<Optional<LiveReply.Step>> steps = new ArrayBlockingQueue<>(QUEUE);
  private volatile boolean gone;
  private volatile boolean overflowed;

  EventStream(HttpServerResponse response, ChatConfig config, ChatMeters meters) {
    this.response = response;
    this.config = config;
    this.meters = meters;
  }

  /** Begins the answer; {@code onGone} runs when the person's connection ends early. */
  void begin(Runnable onGone) {
    response.closeHandler(
        _ -> {
          gone = true;
          // Wakes the writer; a full queue keeps it awake anyway.
          var unused = steps.offer(Optional.empty());
          onGone.run();
        });
    response.exceptionHandler(_ -> gone = true);
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Accel-Buffering", "no");
    var unused = response.writeHead();
  }

  @Override
  public void next(LiveReply.Step step) {
    if (!steps.offer(Optional.of(step))) {
      overflowed = true;
    }
  }

  /**
   * Writes steps until the last one, the reader's end or its slowness.
   *
   * @param format the bytes of a step; empty text writes nothing
   * @return true when the whole reply was written
   */
  boolean run(Function<LiveReply.Step, String> format) throws InterruptedException {
    return run(format, () -> false);
  }

  /**
   * The same; may end before the last step.
   *
   * @param over asked after each step
   * @return true when the whole reply was written, or all until it was over
   */
  boolean run(Function<LiveReply.Step, String> format, BooleanSupplier over)
      throws InterruptedException {
    // A reply that ends nowhere, as after the loss of its replica, must not hold a stream for ever.
    long end = System.nanoTime() + 2 * config.deadline().toNanos();
    while (!gone && System.nanoTime() < end) {
      Optional<LiveReply.Step> next =
          steps.poll(config.heartbeat().toMillis(), TimeUnit.MILLISECONDS);
      LiveReply.Step step = next == null ? null : next.orElse(null);
      if (overflowed || !write(step == null ? ": still here\n\n" : format.apply(step))) {
        tooSlow();
        return false;
      }
      if (over.getAsBoolean()
          || (step instanceof LiveReply.Step.Next(var chunk) && chunk.getLast())) {
        return true;
      }
    }
    if (!gone) {
      response.reset();
    }
    return false;
  }

  /** Writes text as it is; false when the reader takes too long to make room. */
  boolean write(String text) throws InterruptedException {
    if (text.isEmpty()) {
      return true;
    }
    long end = System.nanoTime() + config.slowReader().toNanos();
    while (response.writeQueueFull() && !gone) {
      if (System.nanoTime() > end) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(DRAIN_POLL_MILLIS);
    }
    if (!gone) {
      var unused = response.write(Buffer.buffer(text));
    }
    return true;
  }

  void end() {
    if (!gone) {
      var unused = response.end();
    }
  }

  private void tooSlow() {
    if (!gone) {
      meters.slowReader();
      response.reset();
    }
  }
}
