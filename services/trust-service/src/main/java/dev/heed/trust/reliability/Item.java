package dev.heed.trust.reliability;

import java.util.LinkedHashMap;
import java.util.Map;

/** What was said of one item. Mutable; owned by one filter. */
public final class Item {

  /** One rater's say in log-odds of bad, and whether the rater was proven. */
  record Message(double logOdds, boolean proven) {}

  final String id;
  final boolean hasPrior;
  final double anchor;
  final Map<String, Message> messages = new LinkedHashMap<>();
  double proven;
  double unproven;
  double gold; // log-odds of bad by review; 0: not reviewed

  Item(String id, boolean hasPrior, double anchor) {
    this.id = id;
    this.hasPrior = hasPrior;
    this.anchor = anchor;
  }

  /** The item's name. */
  public String id() {
    return id;
  }

  /** Replaces a rater's message. */
  void put(String rater, Message message) {
    Message old = messages.put(rater, message); // a replaced message keeps its place
    if (old != null) {
      add(old, -1);
    }
    add(message, 1);
  }

  void remove(String rater) {
    Message old = messages.get(rater);
    if (old != null) {
      messages.remove(rater);
      add(old, -1);
    }
  }

  private void add(Message message, int sign) {
    if (message.proven()) {
      proven += sign * message.logOdds();
    } else {
      unproven += sign * message.logOdds();
    }
  }
}
