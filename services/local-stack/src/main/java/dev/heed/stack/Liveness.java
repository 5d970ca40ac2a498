package dev.heed.stack;

import java.util.function.IntSupplier;

/**
 * What a cluster's kubelet does: notices a program that says itself, several times in a row, that
 * it is not alive. A channel that has failed for good is such a case, as after a broker that was
 * away for longer than a record may wait.
 */
final class Liveness {

  static final int IN_A_ROW = 3;
  private static final int DOWN = 503;

  private final IntSupplier status;
  private int down;

  /**
   * @param status asks the program; the HTTP status, 0 when there is no answer
   */
  Liveness(IntSupplier status) {
    this.status = status;
  }

  /** Asks once; true when it was down that often, then counts anew. No answer proves nothing. */
  boolean saysThatItIsDead() {
    down = status.getAsInt() == DOWN ? down + 1 : 0;
    if (down < IN_A_ROW) {
      return false;
    }
    down = 0;
    return true;
  }
}
