package dev.heed.inference.batching;

import java.util.Arrays;

/**
 * A row of logits in blocks, and weights relative to the likeliest token's. Everything that goes
 * over the whole vocabulary is a plain loop over floats without branches on what it finds, and is
 * done only when it is asked for: whoever wants the heaviest tokens never needs the others'
 * weights.
 *
 * <p>A block holds every so-manieth token instead of neighbours. So the first tokens of all blocks
 * lie beside each other, as the second ones do, and what is looked for in each block is found in
 * all of them at once: a loop over neighbours, whose result comes from the one before, would take
 * one token at a time.
 */
final class Softmax {

  /** So many nats below the likeliest token, exp(-25) is beneath the precision of any sum here. */
  static final float NEGLIGIBLE = 25;

  private static final float WEIGHT_OF_NEGLIGIBLE = power(-NEGLIGIBLE);

  /** Tokens of a block. Summed in floats; the blocks are summed in doubles. */
  private static final int BLOCK = 64;

  /** So many of the largest are kept in order while looking, instead of sorting all. */
  private static final int FEW = 20;

  private float[] logits = {};
  private float[] weights = {};
  private float[] products = {};

  /** By block: the largest logit, and the sum of the weights. */
  private float[] tops = {};

  private float[] sums = {};

  /** One token of each block, copied to where a loop finds it at the block's own number. */
  private float[] part = {};

  private float top;
  private float times;
  private double total;

  /** Whether all weights are there, or only those that were asked for. */
  private boolean weighed;

  /** Takes a row, which must not change before the next one is taken. */
  void take(float[] row, double temperature) {
    if (weights.length != row.length) {
      int blocks = (row.length + BLOCK - 1) / BLOCK;
      weights = new float[row.length];
      tops = new float[blocks];
      sums = new float[blocks];
      part = new float[blocks];
    }
    logits = row;
    temper(temperature);
    Arrays.fill(tops, Float.NEGATIVE_INFINITY);
    for (int from = 0; from < row.length; from += tops.length) {
      copy(row, from, part, Float.NEGATIVE_INFINITY);
      raise(tops, part);
    }
    top = Float.NEGATIVE_INFINITY;
    for (float one : tops) {
      top = Math.max(top, one);
    }
  }

  /** The same row at another temperature. */
  void temper(double temperature) {
    weighed = false;
    times = (float) Math.min(1 / temperature, Float.MAX_VALUE);
  }

  /** Copies a part; behind the end of the row it holds nothing. */
  private static void copy(float[] row, int from, float[] part, float nothing) {
    int count = Math.min(part.length, row.length - from);
    System.arraycopy(row, from, part, 0, count);
    Arrays.fill(part, count, part.length, nothing);
  }

  private static void raise(float[] tops, float[] part) {
    for (int i = 0; i < part.length; i++) {
      tops[i] = Math.max(tops[i], part[i]);
    }
  }

  /** An integer in the order of the floats. */
  static int ordered(float number) {
    int bits = Float.floatToRawIntBits(number);
    return bits ^ ((bits >> 31) >>> 1);
  }

  /** Blocks; each begins with the token of its number, and the next one is so many further. */
  int blocks() {
    return tops.length;
  }

  /** The largest logit of a block. */
  float top(int block) {
    return tops[block];
  }

  /** The likeliest token; of equal ones the one with the lowest id. */
  int likeliest() {
    int likeliest = logits.length - 1;
    for (int block = 0; block < tops.length; block++) {
      if (tops[block] == top) {
        int id = block;
        while (logits[id] != top) {
          id += tops.length;
        }
        likeliest = Math.min(likeliest, id);
      }
    }
    return likeliest;
  }

  /**
   * The logit that so many tokens reach at least: that many blocks have one. Or the least of all.
   */
  float reachedBy(int most) {
    if (most > tops.length) {
      return below(NEGLIGIBLE);
    }
    return Math.max(most <= FEW ? largest(most) : sorted(most), below(NEGLIGIBLE));
  }

  private float sorted(int most) {
    float[] sorted = tops.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - most];
  }

  /** The one that so many tops reach: most tops are looked at once. */
  private float largest(int most) {
    float[] largest = new float[most]; // the least first
    Arrays.fill(largest, Float.NEGATIVE_INFINITY);
    for (float one : tops) {
      if (one > largest[0]) {
        int at = 0;
        for (; at < most - 1 && largest[at + 1] < one; at++) {
          largest[at] = largest[at + 1];
        }
        largest[at] = one;
      }
    }
    return largest[0];
  }

  /**
   * The logit that lies so far below the likeliest one's; never one that weighs nothing.
   *
   * @param nats at least 0, after the temperature
   */
  float below(double nats) {
    return (float) Math.max(top - Math.min(nats, NEGLIGIBLE) / (double) times, -Float.MAX_VALUE);
  }

  /** How much more surprising a token is than the likeliest one, in nats: 25 at most. */
  float surprise(int id) {
    return Math.min((top - logits[id]) * times, NEGLIGIBLE);
  }

  /** The softmax's numerator, 1 for the likeliest token; 0 for what is negligible or ruled out. */
  float weight(int id) {
    return weighed ? weights[id] : weightOf(id);
  }

  private float weightOf(int id) {
    return power(-surprise(id)) - WEIGHT_OF_NEGLIGIBLE;
  }

  /** The sum of all tokens' weights. */
  double total() {
    weigh();
    return total;
  }

  /** log of the sum of exp(logit / temperature) over all tokens. */
  double logOfTotal() {
    return (double) top * times + Math.log(total());
  }

  /** The mean of all tokens' surprise, beside the likeliest one's. */
  double meanSurprise() {
    if (products.length != logits.length) {
      products = new float[logits.length];
    }
    exponentiate(logits, top, times, weights, products);
    double surprise = sum(products);
    total = sum(weights);
    weighed = true;
    return surprise / total;
  }

  /**
   * The token at which the sum of the weights up to it, block by block, comes to more than this.
   */
  int draw(double weight) {
    weigh();
    double left = weight;
    int block = 0;
    while (block < blocks() - 1 && left >= sums[block]) {
      left -= sums[block++];
    }
    int last = block;
    for (int id = block; id < weights.length; id += blocks()) {
      if (weights[id] > 0) {
        last = id;
        left -= weights[id];
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  private void weigh() {
    if (!weighed) {
      exponentiate(logits, top, times, weights);
      total = sum(weights);
      weighed = true;
    }
  }

  private static void exponentiate(float[] logits, float top, float times, float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = power(Math.max((logits[i] - top) * times, -NEGLIGIBLE)) - WEIGHT_OF_NEGLIGIBLE;
    }
  }

  /** Tells also the product of each weight with its token's surprise. */
  private static void exponentiate(
      float[] logits, float top, float times, float[] weights, float[] products) {
    for (int i = 0; i < weights.length; i++) {
      float below = Math.max((logits[i] - top) * times, -NEGLIGIBLE);
      float weight = power(below) - WEIGHT_OF_NEGLIGIBLE;
      weights[i] = weight;
      products[i] = weight * -below;
    }
  }

  /** Sums all, and leaves the sums of the blocks. */
  private double sum(float[] all) {
    Arrays.fill(sums, 0);
    for (int from = 0; from < all.length; from += sums.length) {
      copy(all, from, part, 0);
      add(part, sums);
    }
    double total = 0;
    for (float block : sums) {
      total += block;
    }
    return total;
  }

  private static void add(float[] part, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += part[i];
    }
  }

  /** exp(x) for x from -25 to 0, to 1e-5 where it is above exp(-10): exp(x / 64) 64 times. */
  private static float power(float x) {
    float y = x * (1f / 64);
    float square = Math.fma(y, Math.fma(y, Math.fma(y, 1f / 120, 1f / 24), 1f / 6), 0.5f);
    float once = Math.fma(y, Math.fma(y, square, 1), 1);
    float four = once * once * (once * once);
    float sixteen = four * four * (four * four);
    return sixteen * sixteen * (sixteen * sixteen);
  }
}
