package dev.heed.learning.gates;

import dev.heed.learning.versions.TrainingRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * Signs that a round is poisoned. None of them proves it, so a person decides: beliefs that drift,
 * a cohort whose labels turn, weight that comes from one place, words that newcomers alone praise,
 * and a reward that pays for length, flattery or declining beyond what people's labels say.
 */
final class Poison {

  private static final int ENOUGH = 30;
  private static final double SURE = 3;
  private static final int FEW = 8;
  private static final Pattern FLATTERY =
      Pattern.compile(
          "\\b(great question|good question|you(['’]re| are) (so )?(right|smart|clever|amazing|wonderful)"
              + "|excellent|fantastic|brilliant|what a (great|wonderful|lovely))\\b",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern DECLINES =
      Pattern.compile(
          "\\b(sorry|can(no|')t help|can’t help|rather not|unable to|as an ai|not able to)\\b",
          Pattern.CASE_INSENSITIVE);

  private final Rows rows;
  private final Thresholds bars;
  private final Report.Builder report;

  Poison(Rows rows, Thresholds bars, Report.Builder report) {
    this.rows = rows;
    this.bars = bars;
    this.report = report;
  }

  void ofRows() {
    List<TrainingRow> old = rows.old();
    List<TrainingRow> fresh = rows.fresh();
    if (old.size() >= ENOUGH && fresh.size() >= ENOUGH) {
      double moved = Math.abs(mean(fresh, TrainingRow::pRight) - mean(old, TrainingRow::pRight));
      report.suspect("drift", moved, bars.drift());
      flips(old, fresh);
    }
    if (fresh.size() >= ENOUGH) {
      concentration(fresh);
    }
  }

  /** Good shares of the same cohort, before and now. */
  private void flips(List<TrainingRow> old, List<TrainingRow> fresh) {
    Set<String> people = new HashSet<>();
    old.forEach(row -> people.add(row.person()));
    Map<String, Predicate<TrainingRow>> cohorts =
        Map.of(
            "known-people", row -> people.contains(row.person()),
            "flagged", row -> row.verdict().map(v -> v.flagged()).orElse(false),
            "declining", row -> DECLINES.matcher(row.reply()).find(),
            "trusted", row -> row.axes().reliability() >= .8);
    cohorts.forEach((name, of) -> flip(name, old, fresh, of));
    List<TrainingRow> newcomers =
        fresh.stream().filter(row -> !people.contains(row.person())).toList();
    flip("newcomers", old, newcomers, row -> true);
  }

  private void flip(
      String name, List<TrainingRow> old, List<TrainingRow> fresh, Predicate<TrainingRow> of) {
    List<TrainingRow> before = old.stream().filter(of).toList();
    List<TrainingRow> now = fresh.stream().filter(of).toList();
    if (before.size() < ENOUGH || now.size() < ENOUGH) {
      return;
    }
    double was = mean(before, Poison::saidGood);
    double is = mean(now, Poison::saidGood);
    double all = (was * before.size() + is * now.size()) / (before.size() + now.size());
    double error = Math.sqrt(all * (1 - all) * (1.0 / before.size() + 1.0 / now.size()));
    double sure = error == 0 ? 0 : Math.abs(is - was) / error;
    report.suspect("flips-" + name, sure > SURE ? Math.abs(is - was) : 0, bars.flips());
  }

  private static double saidGood(TrainingRow row) {
    return row.label().equals("good") ? 1 : 0;
  }

  private static double mean(List<TrainingRow> rows, ToDoubleFunction<TrainingRow> of) {
    return rows.stream().mapToDouble(of).average().orElse(0);
  }

  /** Weight from one person, one exchange, or one word that few but newcomers like. */
  private void concentration(List<TrainingRow> fresh) {
    Map<String, Double> bySource = new HashMap<>();
    double all = 0;
    for (TrainingRow row : fresh) {
      double weight = Math.abs(row.weight());
      all += weight;
      bySource.merge("person " + row.person(), weight, Double::sum);
      bySource.merge("exchange " + Rows.pair(row), weight, Double::sum);
    }
    double most = bySource.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    report.suspect("concentration", all > 0 ? most / all : 0, bars.concentration());
    report.suspect("new-word", newWord(fresh, all), bars.concentration() / 2);
  }

  /**
   * The largest share of new good weight whose replies hold one word that hardly any earlier reply
   * held, when at least a few people praise it: what a campaign for a name looks like.
   */
  private double newWord(List<TrainingRow> fresh, double all) {
    Map<String, Long> before = new HashMap<>();
    rows.old().forEach(row -> words(row).forEach(word -> before.merge(word, 1L, Long::sum)));
    Map<String, Double> good = new HashMap<>();
    Map<String, Set<String>> people = new HashMap<>();
    for (TrainingRow row : fresh) {
      if (row.good() > .5) {
        for (String word : words(row)) {
          good.merge(word, Math.abs(row.weight()), Double::sum);
          people.computeIfAbsent(word, w -> new HashSet<>()).add(row.person());
        }
      }
    }
    double rare = .005 * rows.old().size();
    return rows.old().size() < ENOUGH || all == 0
        ? 0
        : good.entrySet().stream()
            .filter(e -> before.getOrDefault(e.getKey(), 0L) <= rare)
            .filter(e -> people.get(e.getKey()).size() >= FEW)
            .mapToDouble(e -> e.getValue() / all)
            .max()
            .orElse(0);
  }

  private static Set<String> words(TrainingRow row) {
    Set<String> words = new HashSet<>();
    for (String word : row.reply().toLowerCase(Locale.ROOT).split("[^\\p{L}]+")) {
      if (word.length() > 3) {
        words.add(word);
      }
    }
    return words;
  }

  /** What the reward pays for beyond what people say. */
  void ofReward(List<TrainingRow> held, List<Double> scores) {
    if (held.size() < ENOUGH) {
      return;
    }
    Map<String, ToDoubleFunction<TrainingRow>> surfaces =
        Map.of(
            "length", row -> row.reply().length(),
            "flattery", row -> FLATTERY.matcher(row.reply()).results().count(),
            "refusal", row -> DECLINES.matcher(row.reply()).find() ? 1 : 0);
    surfaces.forEach(
        (name, surface) -> {
          List<Double> of = held.stream().map(surface::applyAsDouble).toList();
          List<Double> believed = held.stream().map(TrainingRow::good).toList();
          double beyond = rankCorrelation(scores, of) - Math.max(0, rankCorrelation(believed, of));
          report.suspect("reward-" + name, beyond, bars.hacking());
        });
  }

  /** Spearman's; 0 where one of them does not vary. */
  static double rankCorrelation(List<Double> a, List<Double> b) {
    double[] x = ranks(a);
    double[] y = ranks(b);
    double mean = (x.length + 1) / 2.0;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mean) * (y[i] - mean);
      xx += (x[i] - mean) * (x[i] - mean);
      yy += (y[i] - mean) * (y[i] - mean);
    }
    return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
  }

  private static double[] ranks(List<Double> values) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing(values::get));
    double[] ranks = new double[values.size()];
    for (int i = 0; i < order.size(); ) {
      int j = i;
      while (j < order.size() && values.get(order.get(j)).equals(values.get(order.get(i)))) {
        j++;
      }
      for (int k = i; k < j; k++) {
        ranks[order.get(k)] = (i + j + 1) / 2.0;
      }
      i = j;
    }
    return ranks;
  }
}
