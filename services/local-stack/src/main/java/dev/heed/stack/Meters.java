package dev.heed.stack;

import java.util.Optional;

/** Reads single meters of a running service, as Prometheus would. */
final class Meters {

  private Meters() {}

  /**
   * A timer's time and count since the service began.
   *
   * @param seconds in all
   * @param count of what was timed
   */
  record Timed(double seconds, double count) {

    /** What came after {@code earlier}, a mean in milliseconds; 0 when there was nothing. */
    double meanMillisSince(Timed earlier) {
      double since = count - earlier.count;
      return since > 0 ? (seconds - earlier.seconds) * 1000 / since : 0;
    }
  }

  /** The timer of that name at a management port; empty when nobody answers. */
  static Optional<Timed> timer(int port, String name) {
    return Probes.get(port, "/q/metrics")
        .map(
            answer ->
                new Timed(sum(answer.body(), name + "_sum"), sum(answer.body(), name + "_count")));
  }

  /** The sum over all labels. */
  private static double sum(String exposition, String metric) {
    return exposition
        .lines()
        .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
