package dev.heed.learning.simulate;

/** Ways to learn from the same people; written in lower case in results. */
enum Arm {
  /** Each label as far as the trust filter believes it. */
  TRUST,
  /** All labels alike. */
  ALL,
  /** Each label replaced by what most said of the same reply. */
  MAJORITY,
  /** Only labels of well-meaning people: the best that trust could do by leaving people out. */
  ORACLE,
  /** No learning. */
  NONE
}
