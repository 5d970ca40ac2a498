package dev.heed.chat.live;

import dev.heed.schemas.events.ReplyChunk;

/**
 * A reader and how far it has read, here or at another replica: it gets no chunk twice, and none of
 * an older attempt than the one it saw. Guarded by the lock of its {@link LiveReply}.
 */
final class Following {

  private static final int NONE = -1;

  private final LiveReply.Reader reader;
  private int attempt;
  private int sequence;

  /**
   * @param attempt of the last chunk that it saw, negative: none
   * @param sequence of that chunk
   */
  Following(LiveReply.Reader reader, int attempt, int sequence) {
    this.reader = reader;
    this.attempt = attempt;
    this.sequence = sequence;
  }

  boolean reads(LiveReply.Reader other) {
    return reader == other;
  }

  /** Tells it to forget what it saw. */
  void restart() {
    attempt = NONE;
    reader.next(new LiveReply.Step.Restart());
  }

  /** Tells it of a chunk, if that is new to it; the end is always told. */
  void chunk(ReplyChunk chunk) {
    boolean older = chunk.getAttempt() < attempt;
    boolean seen = chunk.getAttempt() == attempt && chunk.getSequence() <= sequence;
    if ((older || seen) && !chunk.getLast()) {
      return;
    }
    if (seen) {
      reader.next(new LiveReply.Step.Next(LiveReply.endOnly(chunk)));
      return;
    }
    if (attempt >= 0 && chunk.getAttempt() != attempt) {
      restart();
    }
    reader.next(new LiveReply.Step.Next(older ? LiveReply.whole(chunk) : chunk));
    attempt = chunk.getAttempt();
    sequence = chunk.getSequence();
  }
}
