package dev.heed.learning.versions;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts what is in a version while it is written. */
final class Counting {

  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, Double> mass = new TreeMap<>();
  private final Set<String> people = new HashSet<>();
  private final Set<String> conversations = new HashSet<>();

  void add(TrainingRow row) {
    String split = row.split().name().toLowerCase(Locale.ROOT);
    count("rows", 1);
    count("split_" + split, 1);
    count("label_" + row.label(), 1);
    count("source_" + row.source(), 1);
    row.gold().ifPresent(text -> count("gold", 1));
    row.verdict().filter(v -> v.flagged()).ifPresent(v -> count("flagged", 1));
    mass.merge(split, Math.abs(row.weight()), Double::sum);
    people.add(row.person());
    conversations.add(row.conversation());
  }

  void count(String name, long number) {
    counts.merge(name, number, Long::sum);
  }

  Map<String, Long> counts() {
    counts.put("people", (long) people.size());
    counts.put("conversations", (long) conversations.size());
    counts.putIfAbsent("rows", 0L);
    return counts;
  }

  Map<String, Double> mass() {
    return mass;
  }
}
