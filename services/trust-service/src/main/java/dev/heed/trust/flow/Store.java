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
  /** {@code item/person} to the id of the feedback that counts as their word on it. */
  BY_ITEM,
  /** Person to a {@link Civility}. */
  CIVILITY,
  /** Person to their score, as in trust.scores. */
  SCORES,
  /** {@code item/review id} to a reviewer's log-odds of bad. */
  GOLD,
  /** Item to the question that waits; empty bytes: it was asked. */
  QUESTIONS,
  /** {@code time/store/key} of everything that must leave one day. */
  AGES,
  /** What is known of the whole partition. */
  PARTITION;

  /** Its name in Kafka Streams. */
  String storeName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
