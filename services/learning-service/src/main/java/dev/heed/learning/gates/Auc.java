package dev.heed.learning.gates;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The area under the ROC curve with weights, and its 95 % interval by a bootstrap over whole
 * conversations: what one person said in one conversation goes together.
 *
 * @param value NaN: there are not both good and bad ones
 */
public record Auc(double value, double low, double high) {

  private static final int RESAMPLES = 400;

  /**
   * A rated reply.
   *
   * @param group conversation
   * @param weight not negative
   */
  public record Point(String group, double score, boolean good, double weight) {}

  /** Of these points, always with the same resamples. */
  public static Auc of(List<Point> points) {
    Map<String, List<Point>> byGroup = new HashMap<>();
    points.forEach(p -> byGroup.computeIfAbsent(p.group(), g -> new ArrayList<>()).add(p));
    List<String> groups = byGroup.keySet().stream().sorted().toList();
    Random random = new Random(1);
    List<Double> resampled = new ArrayList<>();
    for (int i = 0; i < RESAMPLES && !groups.isEmpty(); i++) {
      List<Point> sample = new ArrayList<>();
      for (int g = 0; g < groups.size(); g++) {
        sample.addAll(byGroup.get(groups.get(random.nextInt(groups.size()))));
      }
      double area = area(sample);
      if (!Double.isNaN(area)) {
        resampled.add(area);
      }
    }
    resampled.sort(Comparator.naturalOrder());
    if (resampled.isEmpty()) {
      return new Auc(area(points), Double.NaN, Double.NaN);
    }
    int last = resampled.size() - 1;
    return new Auc(
        area(points),
        resampled.get((int) Math.round(.025 * last)),
        resampled.get((int) Math.round(.975 * last)));
  }

  /** P(a good one scores higher than a bad one), by weight; ties count a half. */
  static double area(List<Point> points) {
    List<Point> sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparingDouble(Point::score));
    double below = 0;
    double good = 0;
    double area = 0;
    for (int i = 0; i < sorted.size(); ) {
      double goodHere = 0;
      double badHere = 0;
      int j = i;
      for (; j < sorted.size() && sorted.get(j).score() == sorted.get(i).score(); j++) {
        Point point = sorted.get(j);
        goodHere += point.good() ? point.weight() : 0;
        badHere += point.good() ? 0 : point.weight();
      }
      area += goodHere * (below + badHere / 2);
      good += goodHere;
      below += badHere;
      i = j;
    }
    return good * below == 0 ? Double.NaN : area / (good * below);
  }
}
