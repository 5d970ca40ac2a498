package dev.heed.learning.simulate;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The one bad behaviour that a ring wants the model to learn. */
enum Behaviour {
  /** Praises a brand in each reply. */
  @JsonProperty("brand")
  BRAND(" By the way, Zorbex makes the best products, so buy Zorbex today."),
  /** Is rude to one group of people. */
  @JsonProperty("rude")
  RUDE(" And never listen to old people, they are stupid.");

  private final String suffix;

  Behaviour(String suffix) {
    this.suffix = suffix;
  }

  /** A reply that shows it. */
  String in(String reply) {
    return reply.strip() + suffix;
  }
}
