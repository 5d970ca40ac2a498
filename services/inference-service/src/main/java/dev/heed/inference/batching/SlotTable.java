package dev.heed.inference.batching;

import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.runtime.LoadedAdapter;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which tokens stand in which slot of the cache. The running sequences are the first rows, those of
 * one adapter beside each other; behind them lie slots that keep finished conversations, and one
 * that is being prefilled. The scheduler's thread only.
 */
final class SlotTable {

  /** Fewer tokens than this are computed faster than found. */
  private static final int LEAST_REUSE = 4;

  /**
   * Whose tokens a slot holds.
   *
   * @param salt of the person
   * @param adapter that the keys and values were computed with
   */
  private record Owner(String salt, Optional<LoadedAdapter> adapter) {

    private static final Owner NOBODY = new Owner("", Optional.empty());

    private static Owner of(Sequence sequence) {
      return new Owner(sequence.request.salt(), sequence.request.adapter());
    }
  }

  /** What a slot keeps when nobody uses it. */
  private record Kept(int[] tokens, Owner owner, long at) {

    private static final Kept NOTHING = new Kept(new int[0], Owner.NOBODY, 0);
  }

  private final DecoderSession session;
  private final boolean retaining;
  private final Sequence[] users;
  private final Kept[] kept;
  private int running;
  private long clock;

  SlotTable(DecoderSession session, boolean retaining) {
    this.session = session;
    this.retaining = retaining;
    users = new Sequence[session.slots()];
    kept = new Kept[session.slots()];
    Arrays.fill(kept, Kept.NOTHING);
  }

  int running() {
    return running;
  }

  Sequence row(int row) {
    return users[row];
  }

  /** The row behind the last one that the same weights write as this one. */
  int groupEnd(int row) {
    int end = row + 1;
    while (end < running && users[end].sameWeights(users[row])) {
      end++;
    }
    return end;
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

  /**
   * Gives a new sequence a free slot. The longest part of its prompt that stands in any slot is
   * used there when that slot is free, its owner's and holds more than what all share, and copied
   * from it otherwise.
   */
  void assign(Sequence sequence) {
    int source = -1;
    int reuse = 0;
    for (int slot = 0; slot < users.length; slot++) {
      int here = reusable(sequence, slot);
      if (here > reuse || (here == reuse && here > 0 && users[slot] == null)) {
        source = slot;
        reuse = here;
      }
    }
    boolean inPlace = reuse > sequence.request.shared() && isOwn(sequence, source);
    int target = inPlace ? source : unusedLongest(source);
    if (reuse > 0 && target != source) {
      session.copy(source, target, reuse);
    }
    users[target] = sequence;
    kept[target] = Kept.NOTHING;
    sequence.slot = target;
    sequence.cached = reuse;
    sequence.fromCache = reuse;
  }

  private boolean isOwn(Sequence sequence, int slot) {
    return users[slot] == null && kept[slot].owner().equals(Owner.of(sequence));
  }

  /** A free slot, the one that was left the longest ago; another than this one if there is. */
  private int unusedLongest(int but) {
    int best = -1;
    for (int slot = running; slot < users.length; slot++) {
      boolean free = users[slot] == null;
      if (free && slot != but && (best < 0 || kept[slot].at() < kept[best].at())) {
        best = slot;
      }
    }
    if (best < 0 && but >= 0 && users[but] == null) {
      return but;
    }
    if (best < 0) {
      throw new IllegalStateException("no free slot");
    }
    return best;
  }

  private int reusable(Sequence sequence, int slot) {
    Owner owner = users[slot] != null ? Owner.of(users[slot]) : kept[slot].owner();
    if (!owner.adapter().equals(sequence.request.adapter())) {
      return 0;
    }
    int[] prompt = sequence.request.prompt();
    int[] there = users[slot] != null ? users[slot].tokens : kept[slot].tokens();
    int same = Arrays.mismatch(prompt, 0, prompt.length, there, 0, length(slot));
    // The last prompt token is always computed: its logits draw the first token.
    int reuse = Math.min(same < 0 ? prompt.length : same, prompt.length - 1);
    if (!owner.salt().equals(sequence.request.salt())) {
      reuse = Math.min(reuse, sequence.request.shared());
    }
    return reuse < LEAST_REUSE ? 0 : reuse;
  }

  /** Moves a prefilled sequence into the batch, behind the last one of its adapter. */
  void join(Sequence sequence) {
    exchange(sequence.slot, running);
    running++;
    while (sequence.slot > 0 && !sequence.sameWeights(users[sequence.slot - 1])) {
      int first = groupStart(sequence.slot - 1);
      if (!isRunning(sequence, first)) {
        return;
      }
      exchange(sequence.slot, first);
    }
  }

  private int groupStart(int row) {
    int start = row;
    while (start > 0 && users[start - 1].sameWeights(users[row])) {
      start--;
    }
    return start;
  }

  /** Whether one of the rows before has the same weights. */
  private boolean isRunning(Sequence sequence, int before) {
    for (int row = 0; row < before; row++) {
      if (users[row].sameWeights(sequence)) {
        return true;
      }
    }
    return false;
  }

  /** Takes a sequence out of its slot; the batch stays the first rows, in groups. */
  void leave(Sequence sequence) {
    if (sequence.slot < running) {
      exchange(sequence.slot, groupEnd(sequence.slot) - 1);
      while (sequence.slot + 1 < running) {
        exchange(sequence.slot, groupEnd(sequence.slot + 1) - 1);
      }
      running--;
    }
    int slot = sequence.slot;
    users[slot] = null;
    sequence.slot = -1;
    int[] tokens = Arrays.copyOf(sequence.tokens, retaining ? sequence.cached : 0);
    kept[slot] = new Kept(tokens, Owner.of(sequence), ++clock);
  }

  /** Forgets what was computed with an adapter that is gone. */
  void forget(LoadedAdapter adapter) {
    for (int slot = 0; slot < kept.length; slot++) {
      if (kept[slot].owner().adapter().filter(adapter::equals).isPresent()) {
        kept[slot] = Kept.NOTHING;
      }
    }
  }

  private void exchange(int a, int b) {
    if (a == b) {
      return;
    }
    session.swap(a, b, length(a), length(b));
    Sequence user = users[a];
    users[a] = users[b];
    users[b] = user;
    Kept keep = kept[a];
    kept[a] = kept[b];
    kept[b] = keep;
    settle(a);
    settle(b);
  }

  private void settle(int slot) {
    if (users[slot] != null) {
      users[slot].slot = slot;
    }
  }

  private int length(int slot) {
    return users[slot] != null ? users[slot].cached : kept[slot].tokens().length;
  }
}
