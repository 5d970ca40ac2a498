package dev.heed.inference.batching;

import java.util.Arrays;

/**
 * The tokens that may come next, with weights relative to the likeliest one's. Everything that goes
 * over the whole vocabulary is a plain loop over floats, which the compiler turns into vectors;
 * only the few tokens that can be drawn are looked at one by one.
 */
final class TokenWeights {

  /** exp(-25) is below the precision of a float sum over any vocabulary. */
  private static final float NEGLIGIBLE = -25;

  private static final float WEIGHT_OF_NEGLIGIBLE = power(NEGLIGIBLE);

  /** Summed in floats; the blocks are summed in doubles. */
  private static final int BLOCK = 256;

  /** How far a search goes down when it has not found enough. */
  private static final float FURTHER = 1f / 64;

  private static final float LEAST = Float.MIN_VALUE;

  private float[] weights = {};
  private double[] blocks = {};

  /** Those that are picked. */
  private int[] ids = {};

  private int count;

  /** Whether some are; otherwise any token may be drawn. */
  private boolean picked;

  static float top(float[] logits) {
    float top = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      if (logit > top) {
        top = logit;
      }
    }
    return top;
  }

  /** All tokens, with the softmax's numerators; what is negligible or ruled out weighs nothing. */
  void weigh(float[] logits, double temperature) {
    if (weights.length != logits.length) {
      weights = new float[logits.length];
      blocks = new double[(logits.length + BLOCK - 1) / BLOCK];
      ids = new int[BLOCK];
    }
    picked = false;
    float times = (float) Math.min(1 / temperature, Float.MAX_VALUE);
    exponentiate(logits, top(logits), times, weights);
    for (int block = 0; block < blocks.length; block++) {
      blocks[block] = sum(block * BLOCK, Math.min(weights.length, (block + 1) * BLOCK));
    }
  }

  private static void exponentiate(float[] logits, float top, float times, float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = power(Math.max((logits[i] - top) * times, NEGLIGIBLE)) - WEIGHT_OF_NEGLIGIBLE;
    }
  }

  /** exp(x) for x from -25 to 0, to .2 % where it is above exp(-10): exp(x / 64) 64 times. */
  private static float power(float x) {
    float y = x * (1f / 64);
    float once = 1 + y * (1 + y * (0.5f + y * (1f / 6)));
    float four = once * once * (once * once);
    float sixteen = four * four * (four * four);
    return sixteen * sixteen * (sixteen * sixteen);
  }

  /** Four sums that do not wait for each other. */
  private double sum(int from, int to) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += weights[i];
      b += weights[i + 1];
      c += weights[i + 2];
      d += weights[i + 3];
    }
    for (; i < to; i++) {
      a += weights[i];
    }
    return a + b + (c + d);
  }

  private double total() {
    double total = 0;
    if (picked) {
      for (int i = 0; i < count; i++) {
        total += weights[ids[i]];
      }
    } else {
      for (double block : blocks) {
        total += block;
      }
    }
    return total;
  }

  /** Those with at least this share of the likeliest one's weight. */
  void keepFrom(double share) {
    pick((float) share);
  }

  /** The heaviest; of equal ones those with the lower ids. */
  void keepHeaviest(int most) {
    if (!picked) {
      search(most, Double.POSITIVE_INFINITY);
    }
    cut(most, Double.POSITIVE_INFINITY);
  }

  /** As few as weigh this share of all that are left, the heaviest first. */
  void keepNucleus(double share) {
    double enough = share * total();
    if (!picked) {
      search(Integer.MAX_VALUE, enough);
    }
    cut(Integer.MAX_VALUE, enough);
  }

  /** Picks the heaviest until they are so many or weigh so much, and some more. */
  private void search(int most, double enough) {
    float least = FURTHER;
    pick(least);
    while (least > LEAST && count < most && total() < enough) {
      least = Math.max(least * FURTHER, LEAST);
      pick(least);
    }
  }

  private void pick(float least) {
    picked = true;
    count = 0;
    for (int block = 0; block < blocks.length; block++) {
      // No weight is more than the sum of its block.
      if (blocks[block] >= least) {
        pick(block * BLOCK, Math.min(weights.length, (block + 1) * BLOCK), least);
      }
    }
  }

  private void pick(int from, int to, float least) {
    for (int i = from; i < to; i++) {
      if (weights[i] >= least) {
        if (count == ids.length) {
          ids = Arrays.copyOf(ids, 2 * count);
        }
        ids[count++] = i;
      }
    }
  }

  /**
   * Leaves as few of those that are picked as are so many or weigh so much: partitions, as
   * quicksort does, only the side that holds the border. Their order depends on the weights alone,
   * so that a draw is reproducible.
   */
  private void cut(int most, double enough) {
    double taken = 0;
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int border = partition(low, high);
      double heavier = 0;
      for (int i = low; i < border; i++) {
        heavier += weights[ids[i]];
      }
      if (border >= most || taken + heavier >= enough) {
        high = border - 1;
      } else {
        taken += heavier;
        low = border;
      }
    }
    count = Math.min(count, low + 1);
  }

  /** Heavier ones to the left; where the right side begins, which neither side is empty of. */
  private int partition(int low, int high) {
    int pivot = ids[(low + high) >>> 1];
    int i = low;
    int j = high;
    while (i <= j) {
      while (before(ids[i], pivot)) {
        i++;
      }
      while (before(pivot, ids[j])) {
        j--;
      }
      if (i <= j) {
        int id = ids[i];
        ids[i++] = ids[j];
        ids[j--] = id;
      }
    }
    return i;
  }

  private boolean before(int one, int other) {
    float difference = weights[one] - weights[other];
    return difference > 0 || (difference == 0 && one < other);
  }

  /** Keeps the tokens whose surprise, -log p, is closest to its expectation, the entropy. */
  void keepTypical(double share) {
    if (!picked) {
      pick(LEAST);
    }
    double sum = total();
    double entropy = 0;
    float[] surprises = new float[count];
    for (int i = 0; i < count; i++) {
      double p = weights[ids[i]] / sum;
      surprises[i] = (float) -Math.log(p);
      entropy += p * surprises[i];
    }
    long[] order = new long[count];
    for (int i = 0; i < count; i++) {
      float distance = (float) Math.abs(surprises[i] - entropy);
      // The bits of floats that are not negative are in the floats' order.
      order[i] = ((long) Float.floatToIntBits(distance) << Integer.SIZE) | i;
    }
    Arrays.sort(order);
    int[] all = Arrays.copyOf(ids, count);
    int kept = 0;
    for (double reached = 0; kept < count && reached < share * sum; kept++) {
      ids[kept] = all[(int) order[kept]];
      reached += weights[ids[kept]];
    }
    count = kept;
  }

  /**
   * A token with a chance as large as its weight.
   *
   * @param at from 0 to below 1
   */
  int draw(double at) {
    double left = at * total();
    return picked ? drawPicked(left) : drawAny(left);
  }

  private int drawPicked(double left) {
    int i = 0;
    for (; i < count - 1; i++) {
      left -= weights[ids[i]];
      if (left < 0) {
        break;
      }
    }
    return ids[i];
  }

  private int drawAny(double left) {
    int block = 0;
    while (block < blocks.length - 1 && left >= blocks[block]) {
      left -= blocks[block++];
    }
    int last = block * BLOCK;
    for (int i = last; i < Math.min(weights.length, (block + 1) * BLOCK); i++) {
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
}
