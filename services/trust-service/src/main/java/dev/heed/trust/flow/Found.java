package dev.heed.trust.flow;

/** What a look-up found. */
public sealed interface Found {

  /** A value, encoded. */
  record Value(byte[] bytes) implements Found {}

  /** Nothing is known of that pseudonym. */
  record Nothing() implements Found {}

  /** The store does not answer: it is being restored or moved. */
  record NotReady() implements Found {}
}
