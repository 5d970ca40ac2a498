package dev.heed.chat.live;

import dev.heed.schemas.EventCodec;
import dev.heed.schemas.SchemaCatalog;
import dev.heed.schemas.UnreadableEventException;
import dev.heed.schemas.events.ReplyChunk;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads chunks without ever holding up the reader of chat.replies: one of a schema that is not
 * known yet waits aside for its announcement, and what comes later of the same conversation waits
 * behind it.
 */
final class LateChunks implements AutoCloseable {

  private static final int MAX_WAITING = 10_000;

  private final EventCodec now;
  private final EventCodec patient;
  private final Consumer<ReplyChunk> reader;

  /** How many chunks of a conversation wait. */
  private final Map<String, Integer> waiting = new ConcurrentHashMap<>();

  /** One thread: what waits keeps its order. */
  private final ThreadPoolExecutor aside =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          Thread.ofPlatform().daemon().name("late-chunks").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  /**
   * @param patience how long an unknown schema's first chunk may wait for its announcement
   * @param reader takes each chunk once; called by the reader's thread or by the waiting one's
   */
  LateChunks(SchemaCatalog catalog, Duration patience, Consumer<ReplyChunk> reader) {
    this.now = new EventCodec(catalog, Duration.ZERO);
    this.patient = new EventCodec(catalog, patience);
    this.reader = reader;
  }

  /**
   * Takes a record; never blocks. What is unreadable is dropped here: the conversation store reads
   * the same record and sends it to the dead letters, once.
   */
  void take(String conversationId, byte[] value) {
    if (!waiting.containsKey(conversationId)) {
      try {
        reader.accept(now.decode(value, ReplyChunk.class));
        return;
      } catch (UnreadableEventException e) {
        // Unknown as yet, or damaged: the patient one finds out.
      }
    }
    if (aside.getQueue().remainingCapacity() == 0) {
      return;
    }
    waiting.merge(conversationId, 1, Integer::sum);
    aside.execute(() -> readLate(conversationId, value));
  }

  private void readLate(String conversationId, byte[] value) {
    try {
      reader.accept(patient.decode(value, ReplyChunk.class));
    } catch (UnreadableEventException e) {
      // Dropped, as above.
    } finally {
      waiting.computeIfPresent(conversationId, (_, n) -> n > 1 ? n - 1 : null);
    }
  }

  @Override
  public void close() {
    aside.shutdownNow();
  }
}
