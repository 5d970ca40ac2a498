package dev.heed.trust.reliability;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was said of one item. Mutable; owned by one filter. */
public final class Item {

  /** One rater's say in log-odds of bad, and whether the rater was proven. */
  record Message(double logOdds, boolean proven) {}

  final String id;
  final boolean hasPrior;
  final double anchor;
  final Map<String, Message> messages = new LinkedHashMap<>();
  private final Map<String, String> words = new HashMap<>(); // rater to what counts as their word
  double proven;
  double unproven;
  double gold; // log-odds of bad by review; 0: not reviewed
  double judged; // what its review weighs on the classifier's record
  final Set<String> silent = new HashSet<>(); // raters for whom another of their group speaks
  final Map<String, String> speakers = new HashMap<>(); // by group: who speaks for it

  Item(String id, boolean hasPrior, double anchor) {
    this.id = id;
    this.hasPrior = hasPrior;
    this.anchor = anchor;
  }

  /** The item's name. */
  public String id() {
    return id;
  }

  /** Who has rated it, in the order of their ratings. */
  public List<String> raters() {
    return List.copyOf(messages.keySet());
  }

  /** The name under which a rater's rating is kept elsewhere; empty: none was given. */
  public Optional<String> word(String rater) {
    return Optional.ofNullable(words.get(rater));
  }

  /** Gives a rater's rating the name under which it is kept elsewhere. */
  public void word(String rater, String name) {
    words.put(rater, name);
  }

  /** Lets the first of a group speak for it; the others' words do not move the item. */
  void join(String group, String rater) {
    String speaker = speakers.putIfAbsent(group, rater);
    if (speaker != null && !speaker.equals(rater)) {
      silent.add(rater);
    }
  }

  /** Replaces a rater's message. */
  void put(String rater, Message said) {
    Message message = silent.contains(rater) ? new Message(0, said.proven()) : said;
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
      silent.remove(rater);
      words.remove(rater);
      speakers.values().remove(rater);
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
