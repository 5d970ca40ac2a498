package dev.heed.safety.flow;

/**
 * How far one reply came in this process. It only spares work and duplicates: a pod without it
 * comes to the same verdicts, since each chunk carries the text before it.
 *
 * @param attempt the newest attempt seen
 * @param next the sequence that follows in it
 * @param released characters of this attempt that were released
 * @param shown some text of any attempt was released
 * @param closed nothing may follow in this attempt
 * @param refused nothing may follow at all: the reply was taken back
 */
record ReplyProgress(
    int attempt, int next, int released, boolean shown, boolean closed, boolean refused) {

  /** Before the first chunk of an attempt. */
  static ReplyProgress of(int attempt, boolean shown) {
    return new ReplyProgress(attempt, 0, 0, shown, false, false);
  }

  ReplyProgress after(int sequence, int length, boolean last) {
    return new ReplyProgress(attempt, sequence + 1, length, shown || length > 0, last, false);
  }

  ReplyProgress taken() {
    return new ReplyProgress(attempt, next, released, shown, true, true);
  }
}
