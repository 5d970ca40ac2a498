package dev.heed.trust.reliability;

import java.util.Collection;

/**
 * Raters, items and the population as bytes for state stores. The first byte is the version of the
 * form; a state of before there were versions is JSON and begins with a brace ({@link StateJson}).
 * Beliefs keep 29 significant bits.
 */
public final class StateBytes {

  private static final int VERSION = 1;
  private static final int JSON = '{';
  private static final int BASE = 1;
  private static final int BELIEF = 2;
  private static final int SHOWN = 4;
  private static final int SHOWN_IS_BELIEF = 8;
  private static final int SHARES = 16;
  private static final int BASE_IS_BELIEF = 32;
  private static final int PROVEN = 1;
  private static final int SILENT = 2;

  private StateBytes() {}

  /** A rater as bytes. */
  public static byte[] write(Rater rater) {
    boolean sameBase = rater.base != null && rater.base == rater.belief;
    boolean sameShown = rater.shown != null && rater.shown == rater.belief;
    int flags =
        (rater.base == null ? 0 : sameBase ? BASE_IS_BELIEF : BASE)
            | (rater.belief == null ? 0 : BELIEF)
            | (rater.shown == null ? 0 : sameShown ? SHOWN_IS_BELIEF : SHOWN)
            | (rater.shares == null ? 0 : SHARES);
    StateOut out = StateOut.begin().put(VERSION).put(flags).name(rater.id).count(rater.events);
    out.exact(rater.tested).exact(rater.proof).exact(rater.dirty);
    if ((flags & BASE) != 0) {
      out.numbers(rater.base);
    }
    if ((flags & BELIEF) != 0) {
      out.numbers(rater.belief);
    }
    if ((flags & SHOWN) != 0) {
      out.numbers(rater.shown);
    }
    if ((flags & SHARES) != 0) {
      out.exact(rater.shares);
    }
    out.count(rater.window.size());
    for (Rater.Entry entry : rater.window) {
      out.name(entry.item).put(entry.label).number(entry.others).number(entry.bad);
    }
    return out.bytes();
  }

  /** A rater from bytes. */
  public static Rater rater(byte[] bytes) {
    if (isJson(bytes)) {
      return StateJson.rater(bytes);
    }
    StateIn in = versioned(bytes);
    int flags = in.next();
    Rater rater = new Rater(in.name());
    rater.events = in.count();
    rater.tested = in.exact();
    rater.proof = in.exact();
    rater.dirty = in.exact();
    double[] base = (flags & BASE) == 0 ? null : in.numbers();
    rater.belief = (flags & BELIEF) == 0 ? null : in.numbers();
    rater.base = (flags & BASE_IS_BELIEF) == 0 ? base : rater.belief;
    double[] shown = (flags & SHOWN) == 0 ? null : in.numbers();
    rater.shown = (flags & SHOWN_IS_BELIEF) == 0 ? shown : rater.belief;
    rater.shares = (flags & SHARES) == 0 ? null : in.exacts();
    for (long left = in.count(); left > 0; left--) {
      rater.window.addLast(new Rater.Entry(in.name(), in.next(), in.number(), in.number()));
    }
    return rater;
  }

  /** An item as bytes. */
  public static byte[] write(Item item) {
    StateOut out = StateOut.begin().put(VERSION).name(item.id).put(item.hasPrior ? 1 : 0);
    out.exact(item.anchor).exact(item.gold).number(item.judged).count(item.messages.size());
    item.messages.forEach(
        (rater, message) ->
            out.name(rater)
                .exact(message.logOdds())
                .put((message.proven() ? PROVEN : 0) | (item.silent.contains(rater) ? SILENT : 0))
                .name(item.word(rater).orElse("")));
    out.count(item.speakers.size());
    item.speakers.forEach((group, rater) -> out.name(group).name(rater));
    return out.bytes();
  }

  /** An item from bytes. */
  public static Item item(byte[] bytes) {
    if (isJson(bytes)) {
      return StateJson.item(bytes);
    }
    StateIn in = versioned(bytes);
    Item item = new Item(in.name(), in.next() == 1, in.exact());
    item.gold = in.exact();
    item.judged = in.number();
    for (long left = in.count(); left > 0; left--) {
      String rater = in.name();
      double logOdds = in.exact();
      int how = in.next();
      if ((how & SILENT) != 0) {
        item.silent.add(rater);
      }
      item.put(rater, new Item.Message(logOdds, (how & PROVEN) != 0));
      String word = in.name();
      if (!word.isEmpty()) {
        item.word(rater, word);
      }
    }
    for (long left = in.count(); left > 0; left--) {
      item.speakers.put(in.name(), in.name());
    }
    return item;
  }

  static byte[] write(Population population, Collection<String> queue) {
    StateOut out = StateOut.begin().put(VERSION).exact(population.ones).exact(population.labels);
    out.exact(population.counts).exact(population.priorBad).exact(population.priorSeen);
    out.exact(population.shares).count(queue.size());
    queue.forEach(out::name);
    return out.bytes();
  }

  static void restore(Population population, Collection<String> queue, byte[] bytes) {
    if (isJson(bytes)) {
      StateJson.restore(population, queue, bytes);
      return;
    }
    StateIn in = versioned(bytes);
    population.ones = in.exact();
    population.labels = in.exact();
    copy(in.exacts(), population.counts);
    copy(in.exacts(), population.priorBad);
    copy(in.exacts(), population.priorSeen);
    population.share(in.exacts());
    queue.clear();
    for (long left = in.count(); left > 0; left--) {
      queue.add(in.name());
    }
  }

  private static void copy(double[] from, double[] to) {
    System.arraycopy(from, 0, to, 0, Math.min(from.length, to.length));
  }

  private static boolean isJson(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == JSON;
  }

  private static StateIn versioned(byte[] bytes) {
    StateIn in = new StateIn(bytes);
    int version = in.next();
    if (version != VERSION) {
      throw new IllegalStateException("a state of version " + version + ", not " + VERSION);
    }
    return in;
  }
}
