package dev.heed.chat.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Declares every meter of the chat service; label values come from closed sets. */
@ApplicationScoped
public class ChatMeters {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500),
    Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10),
    Duration.ofSeconds(30), Duration.ofSeconds(60)
  };

  private final MeterRegistry registry;
  private final AtomicInteger openReplies;
  private final AtomicInteger openStreams;
  private final Timer firstText;
  private final Timer wholeReply;
  private final Counter turns;
  private final Counter deadLetters;
  private final Counter peopleLeft;
  private final Counter slowReaders;
  private final Counter streamsFailures;
  private final DistributionSummary chunks;

  /** Registers them. */
  public ChatMeters(MeterRegistry registry) {
    this.registry = registry;
    openReplies = registry.gauge("heed_chat_replies_running", new AtomicInteger());
    openStreams = registry.gauge("heed_chat_streams_open", new AtomicInteger());
    firstText = timer("heed_chat_time_to_first_text", "From the turn to the first text shown");
    wholeReply = timer("heed_chat_reply_time", "From the turn to the end of the reply");
    turns = registry.counter("heed_chat_turns");
    deadLetters = registry.counter("heed_chat_dead_letters");
    peopleLeft = registry.counter("heed_chat_people_left");
    slowReaders = registry.counter("heed_chat_slow_readers");
    streamsFailures = registry.counter("heed_chat_store_failures");
    chunks = DistributionSummary.builder("heed_chat_reply_chunks").register(registry);
  }

  private Timer timer(String name, String what) {
    return Timer.builder(name).description(what).serviceLevelObjectives(BUCKETS).register(registry);
  }

  /** A turn was accepted: Kafka has it. */
  public void turn() {
    turns.increment();
    openReplies.incrementAndGet();
  }

  /** The first text of a reply was handed to its readers. */
  public void firstText(Duration sinceTurn) {
    firstText.record(sinceTurn);
  }

  /** A reply ended; the kind is one of content, refusal, withdrawal, failure. */
  public void ended(String kind, Duration sinceTurn, int chunkCount) {
    openReplies.decrementAndGet();
    wholeReply.record(sinceTurn);
    chunks.record(chunkCount);
    registry.counter("heed_chat_replies", "kind", kind.toLowerCase(Locale.ROOT)).increment();
  }

  /** A request was turned down; the reason is a problem's slug. */
  public void rejected(String reason) {
    registry.counter("heed_chat_rejected", "reason", reason).increment();
  }

  /** A stream was opened or, with -1, closed. */
  public void streams(int change) {
    openStreams.addAndGet(change);
  }

  /** A record went to the dead letters. */
  public void deadLetter() {
    deadLetters.increment();
  }

  /** A person left while their reply was being written. */
  public void personLeft() {
    peopleLeft.increment();
  }

  /** A thread of the conversation store died. */
  public void storeFailure() {
    streamsFailures.increment();
  }

  /** A reader was too slow and was closed. */
  public void slowReader() {
    slowReaders.increment();
  }
}
