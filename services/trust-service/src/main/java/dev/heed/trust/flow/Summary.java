package dev.heed.trust.flow;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * What operators see of everybody together; those of replicas add up.
 *
 * @param complete false when a replica did not answer, or there are more people than are looked at
 * @param reliability people by reliability, ten bins
 * @param beliefs by day, ten counts by P(right)
 * @param weight sum of absolute weights by kind of feedback
 * @param fallen who lost most, worst first
 * @param waiting questions that wait, by reason
 */
public record Summary(
    boolean complete,
    long people,
    long[] reliability,
    Map<String, long[]> beliefs,
    Map<String, Double> weight,
    List<Person> fallen,
    List<Person> appeals,
    Map<String, Cohort> cohorts,
    Map<String, Long> waiting) {

  private static final int SHOWN = 20;

  /** One person in a list. */
  public record Person(
      String pseudonym,
      double reliability,
      double peak,
      long ratings,
      String movedBy,
      String appeal) {}

  /**
   * People who came from one place.
   *
   * @param some of them, to look at
   */
  public record Cohort(long people, double reliabilitySum, List<String> some) {

    Cohort plus(Cohort other) {
      return new Cohort(
          people + other.people,
          reliabilitySum + other.reliabilitySum,
          some.size() < SHOWN
              ? Stream.concat(some.stream(), other.some.stream()).limit(SHOWN).toList()
              : some);
    }
  }

  static Summary empty(boolean complete) {
    return new Summary(
        complete,
        0,
        new long[Stats.BINS],
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        Map.of(),
        Map.of());
  }

  Summary plus(Summary other) {
    return new Summary(
        complete && other.complete,
        people + other.people,
        sum(reliability, other.reliability),
        merge(beliefs, other.beliefs, Summary::sum),
        merge(weight, other.weight, Double::sum),
        top(Stream.concat(fallen.stream(), other.fallen.stream())),
        Stream.concat(appeals.stream(), other.appeals.stream()).limit(SHOWN).toList(),
        largest(merge(cohorts, other.cohorts, Cohort::plus)),
        merge(waiting, other.waiting, Long::sum));
  }

  static List<Person> top(Stream<Person> people) {
    return people
        .sorted(Comparator.comparingDouble((Person p) -> p.reliability() - p.peak()))
        .limit(SHOWN)
        .toList();
  }

  static Map<String, Cohort> largest(Map<String, Cohort> cohorts) {
    Map<String, Cohort> shown = new TreeMap<>();
    List<Map.Entry<String, Cohort>> all = new ArrayList<>(cohorts.entrySet());
    all.sort(Comparator.comparingLong(entry -> -entry.getValue().people()));
    all.stream().limit(SHOWN).forEach(entry -> shown.put(entry.getKey(), entry.getValue()));
    return shown;
  }

  private static long[] sum(long[] a, long[] b) {
    long[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private static <V> Map<String, V> merge(
      Map<String, V> a, Map<String, V> b, BinaryOperator<V> plus) {
    Map<String, V> merged = new TreeMap<>(a);
    b.forEach((key, value) -> merged.merge(key, value, plus));
    return merged;
  }
}
