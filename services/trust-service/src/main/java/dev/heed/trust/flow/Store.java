package dev.heed.trust.flow;

import java.util.Locale;

/** The state stores, all from a string to bytes. */
enum Store {
  /** Person to what the filter knows of them. */
  RATERS,
  /** Item to what was said of it. */
  ITEMS,
  /** {@code person/feedback id} to the last belief; empty bytes: taken back before it came. */
  FEEDBACK,
  /** {@code item/review:reviewer} to the id of their answer; of people, items know themselves. */
  BY_ITEM,
  /** Person to a {@link Civility}. */
  CIVILITY,
  /** Person to their score, as in trust.scores. */
  SCORES,
  /** Item to what each reviewer said of it, in log-odds of bad. */
  GOLD,
  /** Item to the question that waits; empty bytes: it was asked. */
  QUESTIONS,
  /** {@code time/...} of a transaction to what was new in it and must leave one day. */
  AGES,
  /** What is known of the whole partition. */
  PARTITION;

  /** Its name in Kafka Streams. */
  String storeName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
