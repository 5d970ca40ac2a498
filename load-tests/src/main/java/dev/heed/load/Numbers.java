package dev.heed.load;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sums up measured values. */
final class Numbers {

  private Numbers() {}

  /** The value below which that share lies (nearest rank); NaN when there are none. */
  static double quantile(double[] values, double share) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.clamp((int) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
  }

  /** Count, p50, p90, p95, p99 and maximum. */
  static Map<String, Object> summary(Collection<Double> values) {
    double[] all = values.stream().mapToDouble(Double::doubleValue).toArray();
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("count", all.length);
    if (all.length > 0) {
      out.put("p50", round(quantile(all, 0.5)));
      out.put("p90", round(quantile(all, 0.9)));
      out.put("p95", round(quantile(all, 0.95)));
      out.put("p99", round(quantile(all, 0.99)));
      out.put("max", round(quantile(all, 1)));
    }
    return out;
  }

  static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
