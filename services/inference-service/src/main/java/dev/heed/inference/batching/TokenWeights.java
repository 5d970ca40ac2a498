package dev.heed.inference.batching;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The tokens that may come next, each drawn as often as the softmax says. Only the few that can be
 * drawn are looked at one by one; the rest of the vocabulary is {@link Softmax}'s.
 */
final class TokenWeights {

  /** So far below the likeliest token the heaviest are looked for at first, in nats. */
  private static final double CLOSE = 4;

  /**
   * So far to either side of what is expected typical tokens are looked for, in parts of that:
   * surprises are spread about as widely as they are large, and to ask how widely takes longer than
   * to look at a few tokens more.
   */
  private static final double NEAR = 1.4;

  /** And at least so far, in nats. */
  private static final double LEAST = 3;

  /** So many times as far they are looked for when these do not weigh enough. */
  private static final double FURTHER = 1.25;

  private static final int RINGS_PER_NAT = 32;

  /** What tokens weigh by how far off what is expected they surprise. */
  private final double[] rings = new double[(int) Softmax.NEGLIGIBLE * RINGS_PER_NAT];

  /** When more blocks than one in so many hold a token that is looked for, all tokens are. */
  private static final int MANY = 3;

  private final Softmax softmax = new Softmax();
  private float[] logits = {};

  /** By token: the nearer to what is expected, the larger. Only where the border runs. */
  private float[] nearness = {};

  /** Those that are picked. */
  private int[] ids = new int[256];

  private int count;

  /** Whether some are; otherwise any token may be drawn. */
  private boolean picked;

  /** All tokens of a row, which must not change before the next one. */
  void weigh(float[] row, double temperature) {
    logits = row;
    softmax.take(row, temperature);
    picked = false;
  }

  /** All tokens of the same, unchanged row at another temperature. */
  void weighAgain(double temperature) {
    softmax.temper(temperature);
    picked = false;
  }

  private double total() {
    return picked ? total(0, count) : softmax.total();
  }

  private double total(int from, int to) {
    double total = 0;
    for (int i = from; i < to; i++) {
      total += softmax.weight(ids[i]);
    }
    return total;
  }

  /** The likeliest token of a whole row; of equal ones the one with the lowest id. */
  int likeliest() {
    return softmax.likeliest();
  }

  /** Those with at least this share of the likeliest one's weight. */
  void keepFrom(double share) {
    pick(softmax.below(-Math.log(share)), Float.POSITIVE_INFINITY);
  }

  /** The heaviest; of equal ones those with the lower ids. */
  void keepHeaviest(int most) {
    if (!picked) {
      pick(softmax.reachedBy(most), Float.POSITIVE_INFINITY);
    }
    cut(logits, 0, 0, most, Double.POSITIVE_INFINITY);
  }

  /** The heaviest of a whole row, in this order; of equal ones the lower ids first. */
  List<Integer> heaviest(int most) {
    if (most == 0) {
      return List.of();
    }
    keepHeaviest(most);
    Comparator<Integer> byLogit = Comparator.comparingDouble(id -> -logits[id]);
    return Arrays.stream(ids, 0, count)
        .boxed()
        .sorted(byLogit.thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** log of the sum of exp(logit / temperature) over the whole row, within 1e-4. */
  double logOfTotal() {
    return softmax.logOfTotal();
  }

  /** As few as weigh this share of all that are left, the heaviest first. */
  void keepNucleus(double share) {
    keepClosest(0, CLOSE, share * total());
  }

  /**
   * Those whose surprise, -log p, is closest to its expectation, the entropy, until they weigh this
   * share of all that are left. After Meister et al. 2022.
   */
  void keepTypical(double share) {
    if (picked) {
      keepClosest(meanSurprise(), 0, share * total());
    } else {
      double expected = softmax.meanSurprise();
      keepClosest(expected, Math.max(NEAR * expected, LEAST), share * total());
    }
  }

  /**
   * As few as weigh enough, those first that surprise as expected.
   *
   * @param expected in nats more than the likeliest one
   * @param first so far to either side they are looked for at first
   */
  private void keepClosest(double expected, double first, double enough) {
    if (!picked) {
      pickAround(expected, first);
      for (double reach = first; reach < Softmax.NEGLIGIBLE && total() < enough; ) {
        reach *= FURTHER;
        pickAround(expected, reach);
      }
    }
    Arrays.fill(rings, 0);
    for (int i = 0; i < count; i++) {
      rings[ring(ids[i], expected)] += softmax.weight(ids[i]);
    }
    int border = 0;
    double within = 0;
    while (border < rings.length - 1 && within + rings[border] < enough) {
      within += rings[border++];
    }
    keepWithin(expected, border, within, enough);
  }

  /** How far off what is expected a token surprises, in steps. */
  private int ring(int id, double expected) {
    return Math.min((int) (distance(id, expected) * RINGS_PER_NAT), rings.length - 1);
  }

  private float distance(int id, double expected) {
    return Math.abs(softmax.surprise(id) - (float) expected);
  }

  /**
   * Those within a ring, and of its own as few as are needed.
   *
   * @param within what those within it weigh
   */
  private void keepWithin(double expected, int border, double within, double enough) {
    int sure = front(0, expected, border - 1);
    int most = front(sure, expected, border);
    if (nearness.length != logits.length) {
      nearness = new float[logits.length];
    }
    for (int i = sure; i < most; i++) {
      nearness[ids[i]] = -distance(ids[i], expected);
    }
    count = most;
    cut(nearness, sure, within, Integer.MAX_VALUE, enough);
  }

  /** Brings those up to a ring to the front; where they end. */
  private int front(int from, double expected, int last) {
    int end = from;
    for (int i = from; i < count; i++) {
      int id = ids[i];
      ids[i] = ids[end];
      ids[end] = id;
      end += (ring(id, expected) - last - 1) >>> (Integer.SIZE - 1);
    }
    return end;
  }

  private void pickAround(double expected, double reach) {
    pick(softmax.below(expected + reach), softmax.below(expected - reach));
  }

  private double meanSurprise() {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += softmax.weight(ids[i]) * softmax.surprise(ids[i]);
    }
    return sum / total();
  }

  private void pick(float least, float most) {
    picked = true;
    count = 0;
    long first = Softmax.ordered(least);
    long last = Softmax.ordered(most);
    int blocks = softmax.blocks();
    int worthwhile = 0;
    for (int block = 0; block < blocks; block++) {
      worthwhile += softmax.top(block) >= least ? 1 : 0;
    }
    if (worthwhile > blocks / MANY) {
      pick(0, 1, first, last);
      return;
    }
    for (int block = 0; block < blocks; block++) {
      if (softmax.top(block) >= least) {
        pick(block, blocks, first, last);
      }
    }
  }

  /** Without a jump that depends on a logit, as none of them could be foreseen. */
  private void pick(int from, int step, long least, long most) {
    int room = count + (logits.length - from + step - 1) / step;
    if (room > ids.length) {
      ids = Arrays.copyOf(ids, 2 * room);
    }
    for (int id = from; id < logits.length; id += step) {
      ids[count] = id;
      int place = Softmax.ordered(logits[id]);
      long outside = ((place - least) | (most - place)) >>> (Long.SIZE - 1);
      count += 1 - (int) outside;
    }
  }

  /**
   * Leaves as few of those that are picked as are so many or weigh so much, the largest by rank:
   * partitions, as quicksort does, only the side that holds the border. Their order depends on the
   * logits alone, so that a draw is reproducible.
   *
   * @param sure how many are needed in any case; they stand first
   * @param within what these weigh
   */
  private void cut(float[] rank, int sure, double within, int most, double enough) {
    double taken = within;
    int low = sure;
    int high = count - 1;
    while (low < high) {
      int border = partition(rank, low, high);
      double left = total(low, border);
      if (border >= most || taken + left >= enough) {
        high = border - 1;
      } else {
        taken += left;
        low = border;
      }
    }
    count = Math.min(count, low + 1);
  }

  /** Larger ones to the left; where the right side begins, which neither side is empty of. */
  private int partition(float[] rank, int low, int high) {
    int pivot = ids[(low + high) >>> 1];
    int i = low;
    int j = high;
    while (i <= j) {
      while (before(rank, ids[i], pivot)) {
        i++;
      }
      while (before(rank, pivot, ids[j])) {
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

  private static boolean before(float[] rank, int one, int other) {
    float difference = rank[one] - rank[other];
    return difference > 0 || (difference == 0 && one < other);
  }

  /**
   * A token with a chance as large as its weight.
   *
   * @param at from 0 to below 1
   */
  int draw(double at) {
    double left = at * total();
    return picked ? drawPicked(left) : softmax.draw(left);
  }

  private int drawPicked(double weight) {
    double left = weight;
    int i = 0;
    for (; i < count - 1; i++) {
      left -= softmax.weight(ids[i]);
      if (left < 0) {
        break;
      }
    }
    return ids[i];
  }
}
