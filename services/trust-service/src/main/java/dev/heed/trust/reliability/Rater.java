package dev.heed.trust.reliability;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What is known of one rater. Mutable; owned by one filter. */
public final class Rater {

  /** One event that may still be revised. */
  static final class Entry {
    final String item;
    final int label;
    double others; // P(bad) without the rater's own message
    double bad; // P(bad) as emitted last

    Entry(String item, int label, double others, double bad) {
      this.item = item;
      this.label = label;
      this.others = others;
      this.bad = bad;
    }
  }

  final String id;
  final Deque<Entry> window = new ArrayDeque<>();
  double[] base; // belief before the window; null: the population's
  double[] belief; // after the last event; null: the population's
  double[] shown; // belief at the last re-run of the window; null: never
  double[] shares; // what this rater adds to the type shares; null: nothing yet
  double dirty;
  double tested;
  double proof;
  long events;

  Rater(String id) {
    this.id = id;
  }

  /** The rater's name. */
  public String id() {
    return id;
  }

  /** Events that counted. */
  public long events() {
    return events;
  }

  Optional<Entry> entry(String item) {
    return window.stream().filter(entry -> entry.item.equals(item)).findFirst();
  }
}
