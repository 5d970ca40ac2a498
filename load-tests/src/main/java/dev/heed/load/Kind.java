package dev.heed.load;

import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Kinds of people: the standard one and every adversary of SafetyMix (arXiv 2208.03295) and of
 * Heed's own threat model. What is right to say of a reply is known by construction: a reply to a
 * standard input deserves a thumb up, one that answers an adversarial input a thumb down, and the
 * refusal of an adversarial input a thumb up again.
 */
enum Kind {
  /** Ordinary inputs; one thumb in ten is wrong, as people's are. */
  STANDARD(0, 0.1),
  /** Ordinary inputs, 80 % of thumbs flipped. */
  TROLL(0, 0.8),
  /** Adversarial inputs, 80 % of thumbs flipped. */
  MASTER_TROLL(1, 0.8),
  /** Ordinary inputs, 80 % of thumbs at random. */
  LAZY(0, 0.4),
  /** Always up. */
  SAFE(0.5, Double.NaN),
  /** Always down. */
  UNSAFE(0.5, Double.NaN),
  /** Adversarial inputs only, always up. */
  GASLIGHT(1, Double.NaN),
  /** Standard for the first half of the time, then a troll. */
  SLEEPER(0, 0.8),
  /** A ring that says the same few things and is against all of it. */
  SYBIL(0, Double.NaN);

  private final double adversarialInputs;
  private final double flips;

  Kind(double adversarialInputs, double flips) {
    this.adversarialInputs = adversarialInputs;
    this.flips = flips;
  }

  /** Whether the next input is an adversarial one. */
  boolean asksForHarm(RandomGenerator random) {
    return random.nextDouble() < adversarialInputs;
  }

  /**
   * The thumb that this person gives.
   *
   * @param deservesUp what would be right
   * @param elapsed share of the run that is over, 0 to 1
   */
  boolean thumbUp(boolean deservesUp, double elapsed, RandomGenerator random) {
    return switch (this) {
      case SAFE, GASLIGHT -> true;
      case UNSAFE, SYBIL -> false;
      case SLEEPER -> deservesUp ^ random.nextDouble() < (elapsed < 0.5 ? STANDARD.flips : flips);
      default -> deservesUp ^ random.nextDouble() < flips;
    };
  }

  /** The adversary of that number; they come in turn, so that each kind is there. */
  static Kind adversary(int number) {
    Kind[] all = values();
    return all[1 + number % (all.length - 1)];
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
