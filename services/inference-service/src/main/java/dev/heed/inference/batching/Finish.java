package dev.heed.inference.batching;

/** Why a sequence ended. */
public enum Finish {
  /** An end token or a stop string. */
  STOP,
  /** As many tokens as were asked for. */
  LENGTH,
  /** Someone cancelled it. */
  CANCELLED,
  /** Its deadline passed. */
  DEADLINE,
  /** The model failed. */
  ERROR,
  /** This process stops, or lost the partition; another takes it up. */
  HANDED_OVER
}
