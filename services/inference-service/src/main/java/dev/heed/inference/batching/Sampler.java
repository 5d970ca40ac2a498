package dev.heed.inference.batching;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws the tokens of one sequence. Order: biases, penalties, blocked sequences, temperature,
 * min-p, top-k, top-p, typical-p. Repetition penalty after Keskar et al. 2019 (CTRL); min-p after
 * Nguyen et al. 2024.
 */
final class Sampler {

  /** exp(-25) is below the precision of a float sum over any vocabulary. */
  private static final double NEGLIGIBLE = 25;

  private final Sampling settings;
  private final SplittableRandom random;
  private final Map<Integer, Integer> inReply = new HashMap<>();
  private int[] ids = new int[256];
  private double[] weights = new double[256];
  private int count;
  private int replyFrom = -1;

  Sampler(Sampling settings) {
    this.settings = settings;
    random = new SplittableRandom(settings.seed());
  }

  /**
   * The next token.
   *
   * @param logits one row; penalties change it
   * @param tokens prompt and reply so far
   * @param size how many of them
   */
  int next(float[] logits, int[] tokens, int size) {
    settings.biases().forEach((token, bias) -> logits[token] += bias.floatValue());
    if (settings.penalises()) {
      penalise(logits, tokens, size);
    }
    block(logits, tokens, size);
    int best = argmax(logits);
    int drawn = settings.temperature() == 0 ? best : draw(logits, logits[best]);
    if (settings.presencePenalty() != 0 || settings.frequencyPenalty() != 0) {
      inReply.merge(drawn, 1, Integer::sum);
    }
    return drawn;
  }

  private void penalise(float[] logits, int[] tokens, int size) {
    if (settings.repetitionPenalty() != 1) {
      boolean[] seen = new boolean[logits.length];
      for (int i = 0; i < size; i++) {
        int token = tokens[i];
        if (!seen[token]) {
          seen[token] = true;
          double penalty = settings.repetitionPenalty();
          logits[token] *= (float) (logits[token] < 0 ? penalty : 1 / penalty);
        }
      }
    }
    inReply.forEach(
        (token, times) ->
            logits[token] -=
                (float) (settings.presencePenalty() + times * settings.frequencyPenalty()));
  }

  /** Rules out each token that would end a sequence that the reply has already. */
  private void block(float[] logits, int[] tokens, int size) {
    replyFrom = replyFrom < 0 ? size : replyFrom;
    int known = settings.noRepeatNgram() - 1;
    int tail = size - known;
    if (known < 0 || tail < replyFrom) {
      return;
    }
    for (int from = replyFrom; from + known < size; from++) {
      if (Arrays.equals(tokens, from, from + known, tokens, tail, size)) {
        logits[tokens[from + known]] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private int draw(float[] logits, float top) {
    collect(logits, top);
    if (settings.topK() > 0 || settings.topP() < 1) {
      sort(0, count - 1);
      if (settings.topK() > 0) {
        count = Math.min(count, settings.topK());
      }
      cutNucleus();
    }
    if (settings.typicalP() < 1) {
      cutTypical();
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i];
    }
    double target = random.nextDouble() * sum;
    for (int i = 0; i < count - 1; i++) {
      target -= weights[i];
      if (target < 0) {
        return ids[i];
      }
    }
    return ids[count - 1];
  }

  /** Tokens that matter, with weights relative to the likeliest one's. */
  private void collect(float[] logits, float top) {
    double inverse = 1 / settings.temperature();
    double least =
        Math.max(-NEGLIGIBLE, settings.minP() > 0 ? Math.log(settings.minP()) : -NEGLIGIBLE);
    float floor = (float) (top + least / inverse);
    count = 0;
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] >= floor) {
        if (count == ids.length) {
          ids = Arrays.copyOf(ids, 2 * count);
          weights = Arrays.copyOf(weights, 2 * count);
        }
        ids[count] = i;
        weights[count++] = Math.exp((logits[i] - top) * inverse);
      }
    }
  }

  private void cutNucleus() {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i];
    }
    double reached = 0;
    for (int i = 0; i < count; i++) {
      reached += weights[i];
      if (reached >= settings.topP() * sum) {
        count = i + 1;
      }
    }
  }

  /** Keeps the tokens whose surprise, -log p, is closest to its expectation, the entropy. */
  private void cutTypical() {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i];
    }
    double entropy = 0;
    for (int i = 0; i < count; i++) {
      entropy -= weights[i] / sum * Math.log(weights[i] / sum);
    }
    long[] order = new long[count];
    for (int i = 0; i < count; i++) {
      float distance = (float) Math.abs(-Math.log(weights[i] / sum) - entropy);
      // The bits of floats that are not negative are in the floats' order.
      order[i] = ((long) Float.floatToIntBits(distance) << Integer.SIZE) | i;
    }
    Arrays.sort(order);
    int[] keptIds = new int[count];
    double[] keptWeights = new double[count];
    int kept = 0;
    for (double reached = 0; kept < count && reached < settings.typicalP() * sum; kept++) {
      int at = (int) order[kept];
      keptIds[kept] = ids[at];
      keptWeights[kept] = weights[at];
      reached += weights[at];
    }
    ids = keptIds;
    weights = keptWeights;
    count = kept;
  }

  /** Quicksort, heaviest first; ties by id, so that a draw is reproducible. */
  private void sort(int from, int to) {
    int low = from;
    int high = to;
    while (low < high) {
      double pivot = weights[(low + high) >>> 1];
      int pivotId = ids[(low + high) >>> 1];
      int i = low;
      int j = high;
      while (i <= j) {
        while (before(i, pivot, pivotId)) {
          i++;
        }
        while (after(j, pivot, pivotId)) {
          j--;
        }
        if (i <= j) {
          swap(i++, j--);
        }
      }
      sort(low, j);
      low = i;
    }
  }

  private boolean before(int i, double pivot, int pivotId) {
    return weights[i] > pivot || (weights[i] == pivot && ids[i] < pivotId);
  }

  private boolean after(int i, double pivot, int pivotId) {
    return weights[i] < pivot || (weights[i] == pivot && ids[i] > pivotId);
  }

  private void swap(int i, int j) {
    int id = ids[i];
    ids[i] = ids[j];
    ids[j] = id;
    double weight = weights[i];
    weights[i] = weights[j];
    weights[j] = weight;
  }
}
