package dev.heed.load;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Small SVG plots, drawn by hand so that a report is one file that opens anywhere. */
final class Plots {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 240;
  private static final int LEFT = 60;
  private static final int BOTTOM = 200;
  private static final int TOP = 20;

  private Plots() {}

  /** The share of values at or below x, over a logarithmic x. */
  static String distribution(String title, Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      return "<p>" + title + ": no values";
    }
    double low = Math.log10(Math.max(1, sorted[0]));
    double high = Math.max(low + 0.1, Math.log10(Math.max(1, sorted[sorted.length - 1])));
    StringBuilder points = new StringBuilder();
    int step = Math.max(1, sorted.length / 400);
    for (int i = 0; i < sorted.length; i += step) {
      double x = x((Math.log10(Math.max(1, sorted[i])) - low) / (high - low));
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y((i + 1.0) / sorted.length)));
    }
    StringBuilder body = new StringBuilder();
    body.append("<polyline fill=none stroke=#1663b8 stroke-width=2 points=\"")
        .append(points)
        .append("\"/>");
    for (double share : new double[] {0.5, 0.95, 0.99}) {
      double value = Numbers.quantile(sorted, share);
      double x = x((Math.log10(Math.max(1, value)) - low) / (high - low));
      body.append(
          String.format(
              Locale.ROOT,
              "<line x1=%.1f x2=%.1f y1=%d y2=%d stroke=#b9c4cf stroke-dasharray=4 /><text x=%.1f y=%d font-size=12 text-anchor=end>p%.0f %.0f</text>",
              x,
              x,
              TOP,
              BOTTOM,
              x - 4,
              TOP + 12 + (int) (share * 30),
              share * 100,
              value));
    }
    return frame(title, body, Math.pow(10, low), Math.pow(10, high));
  }

  /**
   * Two lines over time, and where faults were made.
   *
   * @param rows seconds, blue, red
   */
  static String timeline(String title, List<double[]> rows, List<Faults.Made> faults) {
    double end = Math.max(1, rows.isEmpty() ? 1 : rows.getLast()[0]);
    double top = 1e-9;
    for (double[] row : rows) {
      top = Math.max(top, Math.max(row[1], row[2]));
    }
    StringBuilder body = new StringBuilder();
    String[] colours = {"#1663b8", "#a3121f"};
    for (int line = 0; line < colours.length; line++) {
      body.append("<polyline fill=none stroke=")
          .append(colours[line])
          .append(" stroke-width=2 points=\"");
      for (double[] row : rows) {
        body.append(
            String.format(Locale.ROOT, "%.1f,%.1f ", x(row[0] / end), y(row[line + 1] / top)));
      }
      body.append("\"/>");
    }
    for (Faults.Made fault : faults) {
      double x = x(Math.min(1, fault.atSeconds() / end));
      body.append(
          String.format(
              Locale.ROOT,
              "<line x1=%.1f x2=%.1f y1=%d y2=%d stroke=#8a5a00 /><text x=%.1f y=%d font-size=10 transform=\"rotate(-60 %.1f %d)\">%s</text>",
              x,
              x,
              TOP,
              BOTTOM,
              x,
              TOP + 60,
              x,
              TOP + 60,
              fault.program()));
    }
    body.append(
        String.format(Locale.ROOT, "<text x=4 y=%d font-size=12>%.1f</text>", TOP + 6, top));
    return frame(title, body, 0, end);
  }

  private static double x(double share) {
    return LEFT + share * (WIDTH - LEFT - 20);
  }

  private static double y(double share) {
    return BOTTOM - share * (BOTTOM - TOP);
  }

  private static String frame(String title, StringBuilder body, double low, double high) {
    return String.format(
        Locale.ROOT,
        "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\" role=img aria-label=\"%s\">"
            + "<line x1=%d x2=%d y1=%d y2=%d stroke=#1c2733 /><text x=%d y=%d font-size=12>%.0f</text>"
            + "<text x=%d y=%d font-size=12 text-anchor=end>%.0f</text>%s</svg></figure>",
        title,
        WIDTH,
        HEIGHT,
        title,
        LEFT,
        WIDTH - 20,
        BOTTOM,
        BOTTOM,
        LEFT,
        BOTTOM + 18,
        low,
        WIDTH - 20,
        BOTTOM + 18,
        high,
        body);
  }
}
