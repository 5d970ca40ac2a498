package dev.heed.trust.flow;

import dev.heed.schemas.events.FeedbackWeighted;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/** Counts for operators, kept with a partition: beliefs by day, weight by kind of feedback. */
final class Stats {

  /** Before a day: ten counts of beliefs by P(right). */
  static final String DAY = "day/";

  /** Before a kind: the sum of absolute weights. */
  static final String KIND = "kind/";

  static final int BINS = 10;
  private static final int DAYS = 60;

  private final Staged store;

  Stats(Staged store) {
    this.store = store;
  }

  /** A belief of the first version. */
  void count(FeedbackWeighted event) {
    String day = DAY + LocalDate.ofInstant(event.getWeighedAt(), ZoneOffset.UTC);
    byte[] known = store.get(day);
    long[] bins = known == null ? new long[BINS] : bins(known);
    bins[Math.min(BINS - 1, (int) (event.getPRight() * BINS))]++;
    ByteBuffer out = ByteBuffer.allocate(BINS * Long.BYTES);
    for (long bin : bins) {
      out.putLong(bin);
    }
    store.put(day, out.array());
    if (known == null) {
      forgetDays();
    }
    String kind = KIND + event.getKind().name().toLowerCase(Locale.ROOT);
    byte[] sum = store.get(kind);
    double weight = (sum == null ? 0 : number(sum)) + Math.abs(event.getWeight());
    store.put(kind, ByteBuffer.allocate(Double.BYTES).putDouble(weight).array());
  }

  private void forgetDays() {
    Map<String, byte[]> days = store.under(DAY);
    Iterator<String> oldest = days.keySet().iterator();
    for (int i = days.size(); i > DAYS; i--) {
      store.delete(oldest.next());
    }
  }

  static long[] bins(byte[] bytes) {
    long[] bins = new long[BINS];
    ByteBuffer.wrap(bytes).asLongBuffer().get(bins);
    return bins;
  }

  static double number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getDouble();
  }
}
