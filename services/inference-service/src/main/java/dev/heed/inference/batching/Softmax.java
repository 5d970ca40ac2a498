package dev.heed.inference.batching;

import java.util.Arrays;

/**
 * A row of logits in blocks, and weights relative to the likeliest token's. Everything that goes
 * over the whole vocabulary is a plain loop over floats without branches on what it finds, and is
 * done only when it is asked for: whoever wants the heaviest tokens never needs the others'
 * weights.
 */
final class Softmax {

  /** So many nats below the likeliest token, exp(-25) is beneath the precision of any sum here. */
  static final float NEGLIGIBLE = 25;

  private static final float WEIGHT_OF_NEGLIGIBLE = power(-NEGLIGIBLE);

  /** Summed in floats; the blocks are summed in doubles. */
  private static final int BLOCK = 64;

  /** So many of the largest are kept in order while looking, instead of sorting all. */
  private static final int FEW = 20;

  private float[] logits = {};
  private float[] weights = {};
  private float[] tops = {};
  private double[] sums = {};
  private float[] products = {};
  private float top;
  private float times;

  /** Whether all weights are there, or only those that were asked for. */
  private boolean weighed;

  /** Takes a row, which must not change before the next one is taken. */
  void take(float[] row, double temperature) {
    if (weights.length != row.length) {
      weights = new float[row.length];
      tops = new float[(row.length + BLOCK - 1) / BLOCK];
      sums = new double[tops.length];
    }
    logits = row;
    temper(temperature);
    for (int block = 0; block < tops.length; block++) {
      tops[block] = top(row, start(block), end(block));
    }
    top = top(tops);
  }

  /** The same row at another temperature. */
  void temper(double temperature) {
    weighed = false;
    times = (float) Math.min(1 / temperature, Float.MAX_VALUE);
  }

  /** The largest logit. */
  static float top(float[] row) {
    return top(row, 0, row.length);
  }

  /**
   * Compares integers, which takes less time than floats do: the bits of floats that are not
   * negative are in their order, and above those of all others.
   */
  private static float top(float[] row, int from, int to) {
    int top = Integer.MIN_VALUE;
    for (int i = from; i < to; i++) {
      top = Math.max(top, Float.floatToRawIntBits(row[i]));
    }
    return top >= 0 ? Float.intBitsToFloat(top) : topOfNegatives(row, from, to);
  }

  private static float topOfNegatives(float[] row, int from, int to) {
    int top = Integer.MIN_VALUE;
    for (int i = from; i < to; i++) {
      top = Math.max(top, ordered(row[i]));
    }
    return Float.intBitsToFloat(reverseNegative(top));
  }

  /** An integer in the order of the floats. */
  static int ordered(float number) {
    return reverseNegative(Float.floatToRawIntBits(number));
  }

  private static int reverseNegative(int bits) {
    return bits ^ ((bits >> 31) >>> 1);
  }

  int blocks() {
    return tops.length;
  }

  int start(int block) {
    return block * BLOCK;
  }

  int end(int block) {
    return Math.min(logits.length, (block + 1) * BLOCK);
  }

  /** The largest logit of a block. */
  float top(int block) {
    return tops[block];
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
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }

  /** log of the sum of exp(logit / temperature) over all tokens. */
  double logOfTotal() {
    return (double) top * times + Math.log(total());
  }

  /** The mean of all tokens' surprise, beside the likeliest one's. */
  double meanSurprise() {
    weigh();
    if (products.length != logits.length) {
      products = new float[logits.length];
    }
    multiply(logits, top, times, weights, products);
    double sum = 0;
    for (int block = 0; block < blocks(); block++) {
      sum += sum(products, start(block), end(block));
    }
    return sum / total();
  }

  private static void multiply(
      float[] logits, float top, float times, float[] by, float[] products) {
    for (int i = 0; i < products.length; i++) {
      products[i] = by[i] * -Math.max((logits[i] - top) * times, -NEGLIGIBLE);
    }
  }

  /** The token at which the sum of the weights up to it comes to more than this. */
  int draw(double weight) {
    weigh();
    double left = weight;
    int block = 0;
    while (block < blocks() - 1 && left >= sums[block]) {
      left -= sums[block++];
    }
    int last = start(block);
    for (int i = last; i < end(block); i++) {
      if (weights[i] > 0) {
        last = i;
        left -= weights[i];
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  private void weigh() {
    if (weighed) {
      return;
    }
    exponentiate(logits, top, times, weights);
    for (int block = 0; block < sums.length; block++) {
      sums[block] = sum(weights, start(block), end(block));
    }
    weighed = true;
  }

  private static void exponentiate(float[] logits, float top, float times, float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = power(Math.max((logits[i] - top) * times, -NEGLIGIBLE)) - WEIGHT_OF_NEGLIGIBLE;
    }
  }

  /** exp(x) for x from -25 to 0, to 1e-5 where it is above exp(-10): exp(x / 64) 64 times. */
  private static float power(float x) {
    float y = x * (1f / 64);
    float once = 1 + y * (1 + y * (0.5f + y * (1f / 6 + y * (1f / 24 + y * (1f / 120)))));
    float four = once * once * (once * once);
    float sixteen = four * four * (four * four);
    return sixteen * sixteen * (sixteen * sixteen);
  }

  /** Eight at a time, as additions that wait for each other take four times as long. */
  private static double sum(float[] numbers, int from, int to) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = from;
    for (; i + 7 < to; i += 8) {
      a += numbers[i];
      b += numbers[i + 1];
      c += numbers[i + 2];
      d += numbers[i + 3];
      e += numbers[i + 4];
      f += numbers[i + 5];
      g += numbers[i + 6];
      h += numbers[i + 7];
    }
    for (; i < to; i++) {
      a += numbers[i];
    }
    return a + b + (c + d) + (e + f + (g + h));
  }
}
