package dev.heed.inference.batching;

import dev.heed.inference.runtime.DecoderSession;
import java.util.Arrays;

/**
 * Which tokens stand in which slot of the cache. The running sequences are the first rows; behind
 * them lie slots that keep finished conversations, and one that is being prefilled. Slot 0 to the
 * last; the scheduler's thread only.
 */
final class SlotTable {

  private static final int[] NONE = {};

  /** Fewer tokens than this are computed faster than found. */
  private static final int LEAST_REUSE = 4;

  private final DecoderSession session;
  private final boolean retaining;
  private final Sequence[] users;
  private final int[][] tokens;
  private final String[] salts;
  private final long[] usedAt;
  private int running;
  private long clock;

  SlotTable(DecoderSession session, boolean retaining) {
    this.session = session;
    this.retaining = retaining;
    int slots = session.slots();
    users = new Sequence[slots];
    tokens = new int[slots][];
    Arrays.fill(tokens, NONE);
    salts = new String[slots];
    usedAt = new long[slots];
  }

  int running() {
    return running;
  }

  Sequence row(int row) {
    return users[row];
  }

  /** Slots that a sequence holds. */
  int used() {
    return (int) Arrays.stream(users).filter(user -> user != null).count();
  }

  /** Positions that running sequences hold. */
  long usedPositions() {
    long sum = 0;
    for (Sequence user : users) {
      sum += user == null ? 0 : user.cached;
    }
    return sum;
  }

  /** Gives a new sequence the slot that holds most of its prompt, or the one unused longest. */
  void assign(Sequence sequence) {
    int best = -1;
    int bestReuse = 0;
    for (int slot = running; slot < users.length; slot++) {
      if (users[slot] != null) {
        continue;
      }
      int reuse = reusable(sequence, slot);
      if (best < 0 || reuse > bestReuse || (reuse == bestReuse && usedAt[slot] < usedAt[best])) {
        best = slot;
        bestReuse = reuse;
      }
    }
    if (best < 0) {
      throw new IllegalStateException("no free slot");
    }
    users[best] = sequence;
    tokens[best] = NONE;
    sequence.slot = best;
    sequence.cached = bestReuse;
    sequence.fromCache = bestReuse;
  }

  private int reusable(Sequence sequence, int slot) {
    if (!sequence.request.salt().equals(salts[slot])) {
      return 0;
    }
    int[] prompt = sequence.request.prompt();
    int same = Arrays.mismatch(prompt, tokens[slot]);
    // The last prompt token is always computed: its logits draw the first token.
    int reuse = Math.min(same < 0 ? prompt.length : same, prompt.length - 1);
    return reuse < LEAST_REUSE ? 0 : reuse;
  }

  /** Moves a prefilled sequence into the batch. */
  void join(Sequence sequence) {
    exchange(sequence.slot, running);
    running++;
  }

  /** Takes a sequence out of its slot; the batch stays the first rows. */
  void leave(Sequence sequence) {
    int slot = sequence.slot;
    if (slot < running) {
      running--;
      exchange(slot, running);
      slot = running;
    }
    users[slot] = null;
    sequence.slot = -1;
    tokens[slot] = retaining ? Arrays.copyOf(sequence.tokens, sequence.cached) : NONE;
    salts[slot] = sequence.request.salt();
    usedAt[slot] = ++clock;
  }

  private void exchange(int a, int b) {
    if (a == b) {
      return;
    }
    session.swap(a, b, length(a), length(b));
    Sequence user = users[a];
    users[a] = users[b];
    users[b] = user;
    int[] held = tokens[a];
    tokens[a] = tokens[b];
    tokens[b] = held;
    String salt = salts[a];
    salts[a] = salts[b];
    salts[b] = salt;
    long at = usedAt[a];
    usedAt[a] = usedAt[b];
    usedAt[b] = at;
    settle(a);
    settle(b);
  }

  private void settle(int slot) {
    if (users[slot] != null) {
      users[slot].slot = slot;
    }
  }

  private int length(int slot) {
    return users[slot] != null ? users[slot].cached : tokens[slot].length;
  }
}
