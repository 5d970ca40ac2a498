package dev.heed.learning.simulate;

/**
 * How large a simulation is.
 *
 * @param ordinary prompts that ask for no harm
 * @param harmful prompts that do
 * @param replies sampled for each
 * @param maxTokens of a reply
 * @param people who rate
 * @param ratings of a person and round, on average
 */
record Scale(int ordinary, int harmful, int replies, int maxTokens, int people, int ratings) {

  static final Scale FULL = new Scale(130, 60, 6, 24, 160, 8);
  static final Scale SHORT = new Scale(40, 20, 4, 16, 80, 8);
}
